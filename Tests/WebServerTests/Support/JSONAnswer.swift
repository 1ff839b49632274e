import DiffusionModels
import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import WebServer

/// An answer's JSON, to look into.
struct JSONAnswer: Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    let value: JSONValue

    init(_ response: TestResponse) throws {
        value = try JSONDecoder().decode(JSONValue.self, from: Data(response.body.readableBytesView))
    }

    init(_ value: JSONValue) { self.value = value }

    init(text: String) throws { value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }

    init(stringLiteral text: String) { value = .string(text) }

    init(integerLiteral number: Int) { value = .number(Double(number)) }

    init(booleanLiteral flag: Bool) { value = .bool(flag) }

    subscript(name: String) -> JSONAnswer? {
        guard case .object(let values) = value else { return nil }
        return values[name].map(JSONAnswer.init)
    }

    subscript(index: Int) -> JSONAnswer? {
        guard case .array(let values) = value, values.indices.contains(index) else { return nil }
        return JSONAnswer(values[index])
    }

    var count: Int? { if case .array(let values) = value { values.count } else { nil } }

    var text: String? { if case .string(let text) = value { text } else { nil } }
}
