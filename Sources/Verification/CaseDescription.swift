import DiffusionModels
import FoundationEssentials

/// What is wrong with a case or its files.
struct CaseFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// One case of a manifest, or an object within one.
struct CaseDescription: Sendable {
    let id: String
    let folder: String
    let fields: [String: JSONValue]

    func value(_ key: String) -> JSONValue? {
        guard let value = fields[key], value != .null else { return nil }
        return value
    }

    func string(_ key: String) throws -> String {
        guard let text = try optionalString(key) else { throw CaseFailure("'\(key)' is missing") }
        return text
    }

    func optionalString(_ key: String) throws -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let text) = value else { throw CaseFailure("'\(key)' is \(value), not a text") }
        return text
    }

    func double(_ key: String) throws -> Double {
        guard let number = try optionalDouble(key) else { throw CaseFailure("'\(key)' is missing") }
        return number
    }

    func optionalDouble(_ key: String) throws -> Double? {
        guard let value = value(key) else { return nil }
        guard case .number(let number) = value else { throw CaseFailure("'\(key)' is \(value), not a number") }
        return number
    }

    func integer(_ key: String) throws -> Int {
        guard let number = try optionalInteger(key) else { throw CaseFailure("'\(key)' is missing") }
        return number
    }

    func optionalInteger(_ key: String) throws -> Int? {
        guard let number = try optionalDouble(key) else { return nil }
        guard let integer = Int(exactly: number) else { throw CaseFailure("'\(key)' is \(number), not an integer") }
        return integer
    }

    /// An integer within `range` that must be there.
    func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int {
        let integer = try integer(key)
        guard range.contains(integer) else { throw CaseFailure("'\(key)' is \(integer), not in \(range)") }
        return integer
    }

    func bool(_ key: String) throws -> Bool {
        guard let value = value(key) else { return false }
        guard case .bool(let flag) = value else { throw CaseFailure("'\(key)' is \(value), not true or false") }
        return flag
    }

    func list(_ key: String) throws -> [JSONValue]? {
        guard let value = value(key) else { return nil }
        guard case .array(let values) = value else { throw CaseFailure("'\(key)' is \(value), not a list") }
        return values
    }

    func doubles(_ key: String) throws -> [Double]? { try list(key)?.map { try $0.asDouble(key) } }

    func integers(_ key: String) throws -> [Int]? {
        try doubles(key)?.map { number in
            guard let integer = Int(exactly: number) else { throw CaseFailure("'\(key)' holds \(number)") }
            return integer
        }
    }

    func object(_ key: String) throws -> CaseDescription? {
        guard let value = value(key) else { return nil }
        guard case .object(let fields) = value else { throw CaseFailure("'\(key)' is \(value), not an object") }
        return CaseDescription(id: id, folder: folder, fields: fields)
    }

    func objects(_ key: String) throws -> [CaseDescription] {
        guard let list = try list(key) else { throw CaseFailure("'\(key)' is missing") }
        return try list.map { value in
            guard case .object(let fields) = value else { throw CaseFailure("'\(key)' holds \(value)") }
            return CaseDescription(id: id, folder: folder, fields: fields)
        }
    }

    /// Refuses keys that nothing here acts on: an option that is passed over would make a case pass for nothing.
    func refuseKeys(otherThan known: Set<String>) throws {
        let unknown = fields.keys.filter { !known.contains($0) }.sorted()
        if !unknown.isEmpty { throw CaseFailure("unknown option \(unknown.joined(separator: ", "))") }
    }

    /// The file that `key` names; it may not lie outside the folder.
    func path(_ key: String) throws -> String { try path(relative: string(key)) }

    func path(relative: String) throws -> String {
        guard !relative.hasPrefix("/"), !relative.split(separator: "/").contains("..") else {
            throw CaseFailure("'\(relative)' leaves the folder")
        }
        return folder + "/" + relative
    }

    /// The case's tolerance; `fallback` where it states none.
    func tolerance(or fallback: Tolerance? = nil) throws -> Tolerance {
        guard let object = try object("tol") else {
            guard let fallback else { throw CaseFailure("'tol' is missing") }
            return fallback
        }
        try object.refuseKeys(otherThan: ["atol", "rtol"])
        let tolerance = Tolerance(
            absolute: try object.optionalDouble("atol") ?? 0, relative: try object.optionalDouble("rtol") ?? 0)
        guard tolerance.absolute >= 0, tolerance.relative >= 0 else { throw CaseFailure("'tol' is negative") }
        return tolerance
    }
}

extension JSONValue {
    func asDouble(_ key: String) throws -> Double {
        guard case .number(let number) = self else { throw CaseFailure("'\(key)' holds \(self), not a number") }
        return number
    }
}
