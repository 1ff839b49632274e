import FoundationEssentials

/// A JSON configuration of a model folder, read key by key; every complaint names the file, the key, what was
/// expected and what was found.
struct ConfigurationFile: Sendable {
    /// No configuration that was ever published comes near this size, in bytes.
    private static let sizeLimit = 4 << 20

    let path: String
    fileprivate let values: [String: JSONValue]

    init(path: String) throws(ModelError) {
        self.path = path
        let data = try BoundedFile.read(path: path, limit: Self.sizeLimit)
        do {
            values = try JSONDecoder().decode([String: JSONValue].self, from: data)
        } catch {
            throw ModelError(
                .malformed, file: path, expected: "a JSON object", found: "\(error)".prefixedOnOneLine(160),
                remedy: "download the file again")
        }
    }

    /// Whether the key is there with a value other than null.
    func has(_ key: String) -> Bool { value(key) != nil }

    /// The value of `key`, or nil when it is absent or null.
    func value(_ key: String) -> JSONValue? {
        guard let value = values[key], value != .null else { return nil }
        return value
    }

    func string(_ key: String) throws(ModelError) -> String? {
        guard let found = value(key) else { return nil }
        guard case .string(let text) = found else { throw complaint(key, "a string", found) }
        return text
    }

    func strings(_ key: String) throws(ModelError) -> [String]? {
        guard let found = value(key) else { return nil }
        guard case .array(let elements) = found else { throw complaint(key, "a list of strings", found) }
        var result: [String] = []
        for element in elements {
            guard case .string(let text) = element else { throw complaint(key, "a list of strings", found) }
            result.append(text)
        }
        return result
    }

    func bool(_ key: String, default fallback: Bool) throws(ModelError) -> Bool {
        guard let found = value(key) else { return fallback }
        guard case .bool(let flag) = found else { throw complaint(key, "true or false", found) }
        return flag
    }

    func double(_ key: String) throws(ModelError) -> Double? {
        guard let found = value(key) else { return nil }
        guard case .number(let number) = found, number.isFinite else { throw complaint(key, "a number", found) }
        return number
    }

    /// A number within `range`, whose bounds keep it from becoming zero or infinite in 32 bits.
    func double(_ key: String, in range: ClosedRange<Double>) throws(ModelError) -> Double? {
        guard let number = try double(key) else { return nil }
        guard range.contains(number) else {
            throw complaint(key, "a number from \(range.lowerBound) to \(range.upperBound)", .number(number))
        }
        return number
    }

    /// An integer within `range`.
    func integer(_ key: String, in range: ClosedRange<Int>) throws(ModelError) -> Int? {
        guard let found = value(key) else { return nil }
        return try integer(found, key, range)
    }

    /// An integer within `range` that must be there.
    func required(_ key: String, in range: ClosedRange<Int>) throws(ModelError) -> Int {
        guard let number = try integer(key, in: range) else { throw missing(key, "an integer") }
        return number
    }

    /// One integer for all of `count` entries, or a list with one for each.
    func integers(_ key: String, count: Int, in range: ClosedRange<Int>) throws(ModelError) -> [Int]? {
        guard let found = value(key) else { return nil }
        guard case .array(let elements) = found else {
            return Array(repeating: try integer(found, key, range), count: count)
        }
        guard elements.count == count else {
            throw complaint(key, "\(count) integers, one for each block", found)
        }
        var result: [Int] = []
        for element in elements { result.append(try integer(element, key, range)) }
        return result
    }

    /// A list of `count` integers, of any length when `count` is nil, that must be there.
    func requiredList(_ key: String, in range: ClosedRange<Int>) throws(ModelError) -> [Int] {
        guard let found = value(key) else { throw missing(key, "a list of integers") }
        guard case .array(let elements) = found, (1...16).contains(elements.count) else {
            throw complaint(key, "a list of 1 to 16 integers", found)
        }
        var result: [Int] = []
        for element in elements { result.append(try integer(element, key, range)) }
        return result
    }

    /// Refuses a setting that would change the result and is not implemented. An absent key means `standard`.
    func require(_ key: String, _ standard: JSONValue, or others: JSONValue...) throws(ModelError) {
        guard let found = value(key), found != standard, !others.contains(found) else { return }
        throw ModelError(
            .unsupported, file: path, subject: key, expected: standard.description, found: found.description,
            remedy:
                "this model needs something that is not implemented; use one of the Stable Diffusion 1.5, 2.1 or XL families"
        )
    }

    func missing(_ key: String, _ expected: String) -> ModelError {
        ModelError(
            .configuration, file: path, subject: key, expected: expected, found: "nothing",
            remedy: "download the file again")
    }

    func complaint(_ key: String, _ expected: String, _ found: JSONValue) -> ModelError {
        ModelError(
            .configuration, file: path, subject: key, expected: expected, found: found.description,
            remedy: "download the file again, or correct the key")
    }

    private func integer(
        _ value: JSONValue, _ key: String, _ range: ClosedRange<Int>
    ) throws(ModelError) -> Int {
        guard case .number(let number) = value, let integer = Int(exactly: number), range.contains(integer) else {
            throw complaint(key, "an integer from \(range.lowerBound) to \(range.upperBound)", value)
        }
        return integer
    }
}

extension ConfigurationFile {
    /// Whether the key stands there with the value null.
    func isNull(_ key: String) -> Bool { values[key] == .null }
}
