import Foundation  // FoundationEssentials has no canonical composition

/// Unicode's normalisation form C.
enum CanonicalComposition {
    /// The canonical composition of a text.
    static func composed(_ text: String) -> String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        var last: Unicode.Scalar?
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            if let before = last, let syllable = hangul(before, scalar) {
                result.removeLast()
                result.append(syllable)
                last = syllable
            } else {
                result.append(scalar)
                last = scalar
            }
        }
        return result
    }

    /// The Hangul syllable that a leading consonant makes with a vowel, or such a syllable with a trailing
    /// consonant (Unicode, chapter 3.12). Foundation leaves a syllable and a consonant beside it apart.
    private static func hangul(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        let (syllables, leading, vowels, trailing): (UInt32, UInt32, UInt32, UInt32) = (0xAC00, 0x1100, 0x1161, 0x11A7)
        let (vowelCount, trailingCount): (UInt32, UInt32) = (21, 28)
        switch (first.value, second.value) {
        case (leading..<leading + 19, vowels..<vowels + vowelCount):
            let pair = (first.value - leading) * vowelCount + (second.value - vowels)
            return Unicode.Scalar(syllables + pair * trailingCount)
        case (syllables...0xD7A3, trailing + 1..<trailing + trailingCount)
        where (first.value - syllables).isMultiple(of: trailingCount):
            return Unicode.Scalar(first.value + (second.value - trailing))
        default:
            return nil
        }
    }
}
