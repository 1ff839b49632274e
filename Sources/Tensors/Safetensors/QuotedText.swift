extension StringProtocol {
    /// The text between quotation marks, fit for one line of a message: text that comes from a file may be long
    /// or hold control characters, which are cut and escaped.
    package var quoted: String {
        let longest = 120
        var shown = "\""
        for scalar in unicodeScalars.prefix(longest) {
            shown += scalar.properties.generalCategory.isPrintable ? String(scalar) : scalar.escaped(asASCII: true)
        }
        return shown + (unicodeScalars.dropFirst(longest).isEmpty ? "\"" : "…\"")
    }
}

extension Unicode.GeneralCategory {
    fileprivate var isPrintable: Bool {
        switch self {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
