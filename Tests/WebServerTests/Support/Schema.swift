import DiffusionModels
import WebServer

/// A description in OpenAPI, and as much of JSON Schema as it makes use of.
struct Schema {
    let document: JSONValue

    /// All operations, `METHOD /path/{name}`.
    var operations: [String] {
        members(document["paths"]).flatMap { path, methods in
            members(methods).map { "\($0.key.uppercased()) \(path)" }
        }.sorted()
    }

    /// The operation that answers a request.
    func operation(_ method: String, _ path: String) -> String? {
        let parts = path.prefix { $0 != "?" }.split(separator: "/")
        return operations.first { operation in
            let words = operation.split(separator: " ")
            let pattern = words[1].split(separator: "/")
            return words[0] == method && pattern.count == parts.count
                && zip(pattern, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
    }

    /// How an answer differs from what is said of it.
    func problems(of answer: JSONValue, answering operation: String, status: Int) -> [String] {
        let words = operation.split(separator: " ").map(String.init)
        let response = document["paths"]?[words[1]]?[words[0].lowercased()]?["responses"]?["\(status)"]
        guard let schema = response?["content"]?["application/json"]?["schema"] else {
            return ["status \(status) is not described"]
        }
        return problems(of: answer, schema, at: "")
    }

    func problems(of value: JSONValue, named name: String) -> [String] {
        guard let schema = document["components"]?["schemas"]?[name] else { return ["there is no \(name)"] }
        return problems(of: value, schema, at: "")
    }

    private func problems(of value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
        if case .string(let reference)? = schema["$ref"] {
            return problems(of: value, named: String(reference.split(separator: "/").last ?? ""))
        }
        var problems: [String] = []
        let types = texts(schema["type"])
        if !types.isEmpty, !types.contains(where: { Self.type($0, fits: value) }) {
            return ["\(place) is no \(types.joined(separator: " or "))"]
        }
        if case .array(let values)? = schema["enum"], !values.contains(value) {
            problems.append("\(place) is not listed")
        }
        if case .number(let number) = value {
            if case .number(let least)? = schema["minimum"], number < least { problems.append("\(place) is too small") }
            if case .number(let most)? = schema["maximum"], number > most { problems.append("\(place) is too large") }
        }
        if case .array(let values) = value, let items = schema["items"] {
            problems += values.flatMap { self.problems(of: $0, items, at: place + "[]") }
        }
        guard case .object(let fields) = value else { return problems }
        for name in texts(schema["required"]) where fields[name] == nil {
            problems.append("\(place.isEmpty ? "" : place + ".")\(name) is missing")
        }
        for (name, field) in fields {
            let inner = place.isEmpty ? name : "\(place).\(name)"
            if let described = schema["properties"]?[name] {
                problems += self.problems(of: field, described, at: inner)
            } else if schema["additionalProperties"] == .bool(false) {
                problems.append("\(inner) is not described")
            } else if let others = schema["additionalProperties"], case .object = others {
                problems += self.problems(of: field, others, at: inner)
            }
        }
        return problems
    }

    private static func type(_ name: String, fits value: JSONValue) -> Bool {
        switch (name, value) {
        case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .string), ("array", .array),
            ("object", .object):
            true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }

    private func members(_ value: JSONValue?) -> [String: JSONValue] {
        if case .object(let members)? = value { members } else { [:] }
    }

    private func texts(_ value: JSONValue?) -> [String] {
        switch value {
        case .string(let text)?: [text]
        case .array(let values)?: values.compactMap { if case .string(let text) = $0 { text } else { nil } }
        default: []
        }
    }
}

extension JSONValue {
    subscript(name: String) -> JSONValue? { if case .object(let members) = self { members[name] } else { nil } }
}
