/// What text goes through before it is split: canonical composition, one space for each run of white space, lower
/// case; transformers' `CLIPTokenizer` does no more than that (no ftfy, no HTML unescaping, no stripping).
package enum TextNormalizer {
    /// The normalised scalars of a text or a part of one.
    package static func normalize(_ text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
        var normalized: [Unicode.Scalar] = []
        var afterSpace = false
        for scalar in CanonicalComposition.compose(Array(text)) {
            if ScalarClass(scalar) == .space {
                if !afterSpace { normalized.append(" ") }
                afterSpace = true
                continue
            }
            afterSpace = false
            switch scalar.value {
            case 0x41...0x5A: normalized.append(Unicode.Scalar(UInt8(scalar.value) + 0x20))
            case ..<0x80: normalized.append(scalar)
            // Scalar by scalar, hence without the final sigma; İ becomes two scalars.
            default: normalized.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return normalized
    }
}
