/// A Hangul syllable, whose parts follow from its number (chapter 3.12 of the Unicode standard).
struct HangulSyllable {
    private static let firstSyllable: UInt32 = 0xAC00
    private static let firstLeading: UInt32 = 0x1100
    private static let firstVowel: UInt32 = 0x1161
    /// One before the first trailing consonant: index 0 means none.
    private static let noTrailing: UInt32 = 0x11A7
    private static let leadingCount: UInt32 = 19
    private static let vowelCount: UInt32 = 21
    private static let trailingCount: UInt32 = 28

    private let index: UInt32

    init?(_ scalar: Unicode.Scalar) {
        let count = Self.leadingCount * Self.vowelCount * Self.trailingCount
        guard (Self.firstSyllable..<(Self.firstSyllable + count)).contains(scalar.value) else { return nil }
        index = scalar.value - Self.firstSyllable
    }

    /// Leading consonant, vowel and, where there is one, trailing consonant.
    var letters: [Unicode.Scalar] {
        let trailing = index % Self.trailingCount
        let vowel = index / Self.trailingCount % Self.vowelCount
        let leading = index / Self.trailingCount / Self.vowelCount
        let values = [Self.firstLeading + leading, Self.firstVowel + vowel, Self.noTrailing + trailing]
        return values.prefix(trailing == 0 ? 2 : 3).compactMap(Unicode.Scalar.init)
    }

    /// The syllable of a leading consonant and a vowel, or of a syllable without trailing consonant and one.
    static func composition(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        if (firstLeading..<(firstLeading + leadingCount)).contains(first.value),
            (firstVowel..<(firstVowel + vowelCount)).contains(second.value)
        {
            let index = (first.value - firstLeading) * vowelCount + second.value - firstVowel
            return Unicode.Scalar(firstSyllable + index * trailingCount)
        }
        guard let syllable = HangulSyllable(first), syllable.index % trailingCount == 0,
            ((noTrailing + 1)..<(noTrailing + trailingCount)).contains(second.value)
        else { return nil }
        return Unicode.Scalar(first.value + second.value - noTrailing)
    }
}
