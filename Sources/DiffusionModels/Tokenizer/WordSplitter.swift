/// Splits normalised text into the words that are encoded one by one.
///
/// This is CLIP's pattern, matched by hand from the left:
/// `<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+`. A special token
/// that the pattern finds is not one to the vocabulary (those were taken out before), and the byte-level stage
/// splits it again into `<|`, the name and `|>`.
enum WordSplitter {
    private static let specialTokens = ["<|startoftext|>", "<|endoftext|>"].map { Array($0.unicodeScalars) }
    private static let contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map { Array($0.unicodeScalars) }

    /// The ranges of the words in the text, in its order.
    static func words(in text: ArraySlice<Unicode.Scalar>) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start = text.startIndex
        while start < text.endIndex {
            let rest = text[start...]
            var end = start + 1
            switch ScalarClass(text[start]) {
            case .space:
                start = end
                continue
            case .number:
                break
            case .letter:
                end = rest.firstIndex { ScalarClass($0) != .letter } ?? text.endIndex
            case .other:
                if text[start] == "'", let contraction = contractions.first(where: rest.starts(with:)) {
                    end = start + contraction.count
                } else if text[start] == "<", let token = specialTokens.first(where: rest.starts(with:)) {
                    end = start + token.count
                    words.append(start..<(start + 2))
                    words.append((start + 2)..<(end - 2))
                    start = end - 2
                } else {
                    end = rest.firstIndex { ScalarClass($0) != .other } ?? text.endIndex
                }
            }
            words.append(start..<end)
            start = end
        }
        return words
    }
}

/// The classes of scalars that the pattern tells apart.
enum ScalarClass {
    case letter, number, space, other

    /// The reference's pattern engine knows the letters and numbers of this Unicode version and no later ones.
    private static let unicodeVersion = 16

    init(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x61...0x7A, 0x41...0x5A: self = .letter
        case 0x30...0x39: self = .number
        case 0x20, 0x09...0x0D: self = .space
        case ..<0x80: self = .other
        default: self = Self.beyondASCII(scalar.properties)
        }
    }

    private static func beyondASCII(_ properties: Unicode.Scalar.Properties) -> ScalarClass {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            return (properties.age?.major ?? .max) <= unicodeVersion ? .letter : .other
        case .decimalNumber, .letterNumber, .otherNumber:
            return (properties.age?.major ?? .max) <= unicodeVersion ? .number : .other
        default:
            return properties.isWhitespace ? .space : .other
        }
    }
}
