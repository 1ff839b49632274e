import FoundationEssentials

extension Console {
    /// A result as JSON that people can read too, its keys in order.
    ///
    /// - Parameter value: the result.
    /// - Throws: what the value's own encoding throws, and ``LostResult``.
    package static func result(json value: some Encodable) throws { try result(try json(value)) }

    /// The text of ``result(json:)``.
    package static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
