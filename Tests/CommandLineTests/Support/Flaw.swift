import Testing

/// One way in which a model folder is broken, and what is to be said about it.
struct Flaw: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let refusal: Render.Refusal
    /// What the message names: the file, the tensor or the key.
    let names: [String]
    let breakIt: @Sendable (ModelCopy) throws -> Void

    init(
        _ description: String, _ refusal: Render.Refusal = .brokenInput, naming names: [String],
        _ breakIt: @escaping @Sendable (ModelCopy) throws -> Void
    ) {
        testDescription = description
        self.refusal = refusal
        self.names = names
        self.breakIt = breakIt
    }

    /// A key of a JSON file with another value; nil to take it away.
    static func key(
        _ key: String, of path: String, is value: (any Sendable)?, naming names: [String]? = nil
    ) -> Flaw {
        let text = value.map { "is \($0)" } ?? "is absent"
        return Flaw("\(key) of \(path) \(text)", naming: names ?? [path, key]) { model in
            try model.edit(path) { $0[key] = value }
        }
    }

    /// A file with other text.
    static func text(_ text: String, in path: String, naming names: [String]? = nil) -> Flaw {
        Flaw("\(path) holds '\(text.prefix(20))'", naming: names ?? [path]) { try $0.write(text, to: path) }
    }

    /// A file or folder that is not there.
    static func absent(_ path: String) -> Flaw {
        Flaw("\(path) is absent", .missingInput, naming: [path]) { try $0.remove(path) }
    }
}
