/// Cleans a text and cuts it into the words that are tokenized one by one, as transformers' `CLIPTokenizer` does.
enum PreTokenizer {
    /// Canonically composed, every run of white space one space, in lower case.
    static func normalized(_ text: some StringProtocol) -> String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        var isInSpace = false
        for scalar in CanonicalComposition.composed(String(text)) {
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

    /// Endings that are words of their own.
    private static let contractions = ["'re", "'ve", "'ll", "'s", "'t", "'m", "'d"].map { Array($0.unicodeScalars) }

    /// Special tokens that come to light only by the change to lower case are cut out and then cut up.
    private static let brokenSpecials = [["<|", "startoftext", "|>"], ["<|", "endoftext", "|>"]]
        .map { $0.map { Array($0.unicodeScalars) } }

    /// The words of a normalised text: contractions, runs of letters, single numbers, and runs of anything else but
    /// spaces.
    static func words(_ text: String.UnicodeScalarView) -> [[Unicode.Scalar]] {
        let scalars = Array(text)
        var words: [[Unicode.Scalar]] = []
        var index = 0
        while index < scalars.count {
            if scalars[index].properties.isWhitespace {
                index += 1
                continue
            }
            if let parts = brokenSpecials.first(where: { scalars[index...].starts(with: $0.joined()) }) {
                words += parts
                index += parts.reduce(0) { $0 + $1.count }
                continue
            }
            let length: Int
            if let contraction = contractions.first(where: { scalars[index...].starts(with: $0) }) {
                length = contraction.count
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
