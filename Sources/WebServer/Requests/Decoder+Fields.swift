import RenderPipeline

/// Any name that a field can have.
struct FieldName: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
}

extension Decoder {
    /// - Throws: `RequestError` for a field that none of the names is.
    func requireKnownFields(_ names: [String]) throws {
        let known = Set(names)
        for key in try container(keyedBy: FieldName.self).allKeys where !known.contains(key.stringValue) {
            throw RequestError(
                option: String(key.stringValue.prefix(100)), problem: "there is no such field",
                remedy: "use " + names.sorted().joined(separator: ", "))
        }
    }
}

extension KeyedDecodingContainer {
    /// The value of a field; nil for one that is missing or null.
    ///
    /// - Throws: `DecodingError` for another type, `RequestError` for a number that the type cannot hold: the decoder's
    ///   own error does not say where it is.
    func value<Value: Decodable>(_ type: Value.Type = Value.self, _ key: Key) throws -> Value? {
        do {
            return try decodeIfPresent(type, forKey: key)
        } catch let error where !(error is DecodingError) && !(error is RequestError) {
            throw RequestError(option: key.stringValue, problem: "it is no \(type)", remedy: "use another number")
        }
    }
}
