import Foundation  // for canonical composition, which FoundationEssentials lacks

/// Cleans a text and cuts it into the words that are tokenized one by one, as transformers' `CLIPTokenizer` does.
enum PreTokenizer {
    /// Canonically composed, every run of white space one space, in lower case.
    static func normalized(_ text: some StringProtocol) -> String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        var isInSpace = false
        for scalar in String(text).precomposedStringWithCanonicalMapping.unicodeScalars {
            if scalar.properties.isWhitespace {
                if !isInSpace { result.append(" ") }
                isInSpace = true
            } else {
                isInSpace = false
                // Scalar by scalar: a sigma at the end of a word is no exception.
                result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return result
    }

    /// Endings that are words of their own, the longest first.
    private static let wholes = ["<|startoftext|>", "<|endoftext|>", "'re", "'ve", "'ll", "'s", "'t", "'m", "'d"]
        .map { Array($0.unicodeScalars) }

    /// The words of a normalised text: special tokens, contractions, runs of letters, single numbers, and runs of
    /// anything else but spaces.
    static func words(_ text: String.UnicodeScalarView) -> [[Unicode.Scalar]] {
        let scalars = Array(text)
        var words: [[Unicode.Scalar]] = []
        var index = 0
        while index < scalars.count {
            let length: Int
            if scalars[index].properties.isWhitespace {
                index += 1
                continue
            } else if let whole = wholes.first(where: { scalars[index...].starts(with: $0) }) {
                length = whole.count
            } else if scalars[index].isLetter {
                length = scalars[index...].prefix { $0.isLetter }.count
            } else if scalars[index].isNumber {
                length = 1
            } else {
                length =
                    scalars[index...].prefix { !$0.isLetter && !$0.isNumber && !$0.properties.isWhitespace }.count
            }
            words.append(Array(scalars[index..<index + length]))
            index += length
        }
        return words
    }
}

extension Unicode.Scalar {
    /// Unicode category L.
    fileprivate var isLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }

    /// Unicode category N.
    fileprivate var isNumber: Bool {
        switch properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }
}
