import Tensors

/// Any key of a record; which ones there may be is said where an object is read.
struct RecordKey: CodingKey, ExpressibleByStringLiteral, Hashable {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringLiteral value: String) { stringValue = value }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension [any CodingKey] {
    /// The path for a message, `attentive_guidance.form`; keys of a file may be long and hold anything.
    var recordPath: String { map { String($0.stringValue.quoted.dropFirst().dropLast()) }.joined(separator: ".") }
}
