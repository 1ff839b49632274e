import Crypto
import DiffusionModels
import FoundationEssentials

/// All that determines the pixels of one render, in words: two renders of the same identity give the same bytes.
public struct RenderIdentity: Sendable, Hashable, Codable {
    /// Every setting of a record by name, the names of nested ones joined by points. What is absent was not given.
    public let settings: [String: String]

    /// - Parameter record: what determines the pixels.
    /// - Throws: ``RenderRecordError`` for numbers that JSON cannot hold, which no plan accepts either.
    public init(_ record: RenderRecord) throws(RenderRecordError) {
        var settings: [String: String] = [:]
        let json = try record.canonicalJSON()
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(json.utf8)) else {
            throw RenderRecordError(key: nil, problem: "it cannot be read back", remedy: "use finite numbers")
        }
        value.flatten(into: &settings, name: "")
        // JSON's numbers are rounded when they are read; a seed may have all of 64 bits.
        settings["seed"] = "\(record.request.seed)"
        // A model is what its digest says, whatever its folder is called.
        settings["model.name"] = nil
        self.settings = settings
    }

    /// The SHA-256, as 64 hexadecimal digits, of every name and its value in the order of the names' bytes, each as a
    /// netstring: the number of its bytes in UTF-8, a colon, the bytes, a comma.
    public var fingerprint: String {
        var hash = SHA256()
        for (name, value) in settings.sorted(by: { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }) {
            for text in [name, value] { hash.update(data: Array("\(text.utf8.count):\(text),".utf8)) }
        }
        return hash.finalize().hexadecimal
    }

    /// Where this differs from `other`, a few words each; the shortest, which are the settings themselves rather than
    /// what follows from them, first.
    func differences(from other: RenderIdentity) -> [String] {
        Set(settings.keys).union(other.settings.keys).sorted().compactMap { name in
            let (mine, others) = (settings[name], other.settings[name])
            return mine == others ? nil : "\(name) was \(Self.shown(others)) and is \(Self.shown(mine))"
        }.sorted { $0.count < $1.count }
    }

    private static func shown(_ value: String?) -> String {
        guard let value else { return "not given" }
        let short = value.count > 80 ? value.prefix(80) + "…" : Substring(value)
        return "'" + String(short.map { $0.isNewline ? " " : $0 }) + "'"
    }
}

extension JSONValue {
    /// Adds every value inside under its own name.
    fileprivate func flatten(into settings: inout [String: String], name: String) {
        switch self {
        case .null: return
        case .bool(let value): settings[name] = "\(value)"
        case .number: settings[name] = description
        case .string(let value): settings[name] = value
        case .array(let values):
            if values.isEmpty { settings[name] = "none" }
            for (index, value) in values.enumerated() { value.flatten(into: &settings, name: "\(name) \(index + 1)") }
        case .object(let values):
            for (key, value) in values {
                let words = String(key.map { $0 == "_" ? " " : $0 })
                value.flatten(into: &settings, name: name.isEmpty ? words : "\(name).\(words)")
            }
        }
    }
}
