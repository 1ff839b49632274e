import DiffusionModels
import Tensors

/// One JSON object of a record while it is read: every key has to be there and none may be left over, as each of them
/// determines pixels. Only a key that came later may be absent, which then means what was done before.
struct RecordObject {
    private let values: KeyedDecodingContainer<RecordKey>
    /// The path of the object, for messages.
    private let path: [any CodingKey]

    /// Refuses keys other than `keys`.
    init(_ values: KeyedDecodingContainer<RecordKey>, keys: Set<String>) throws {
        self.values = values
        path = values.codingPath
        let unknown = values.allKeys.filter { !keys.contains($0.stringValue) }
        if let first = unknown.min(by: { $0.stringValue < $1.stringValue }) {
            throw RenderRecordError(
                key: (path + [first]).recordPath, problem: "nothing is known of this setting",
                remedy: "use the version of apldm that wrote it, or a newer one")
        }
    }

    /// What is wrong with the value of a key.
    func fault(_ key: RecordKey, _ problem: String, _ remedy: String = "the record was damaged or changed by hand")
        -> RenderRecordError
    {
        RenderRecordError(key: (path + [key]).recordPath, problem: problem, remedy: remedy)
    }

    /// A value of a type that JSON knows.
    func value<Value: Decodable>(_ key: RecordKey, _ type: Value.Type = Value.self) throws -> Value {
        do {
            return try values.decode(Value.self, forKey: key)
        } catch DecodingError.keyNotFound {
            throw fault(key, "it is missing")
        } catch let error as RequestError {
            throw error
        } catch {
            throw fault(key, "it is not what is to stand there (\(Self.reason(error)))")
        }
    }

    /// What `read` makes of a key that older records do not have, and none has that leaves it at its default.
    func addition<Value>(_ key: RecordKey, _ read: (RecordKey) throws -> Value) throws -> Value? {
        try values.contains(key) ? read(key) : nil
    }

    /// Whether the key holds null.
    func isNull(_ key: RecordKey) throws -> Bool {
        guard values.contains(key) else { throw fault(key, "it is missing") }
        return try values.decodeNil(forKey: key)
    }

    /// What `read` makes of the key; nil for null.
    func optional<Value>(_ key: RecordKey, _ read: (RecordKey) throws -> Value) throws -> Value? {
        try isNull(key) ? nil : try read(key)
    }

    func text(_ key: RecordKey, longest: Int) throws -> String {
        let text: String = try value(key)
        guard text.utf8.count <= longest else { throw fault(key, "it has \(text.utf8.count) bytes, not \(longest)") }
        return text
    }

    func digest(_ key: RecordKey) throws -> String {
        let text = try text(key, longest: 1000)
        guard text.isSHA256 else { throw fault(key, "\(text.quoted) is no SHA-256 of 64 hexadecimal digits") }
        return text
    }

    func integer(_ key: RecordKey, in range: ClosedRange<Int>) throws -> Int {
        let number: Int = try value(key)
        guard range.contains(number) else {
            throw fault(key, "\(number) is not from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A finite number; which ones make sense is for the plan to say.
    func number(_ key: RecordKey) throws -> Double {
        let number: Double = try value(key)
        guard number.isFinite else { throw fault(key, "\(number) is not finite") }
        return number
    }

    func numbers(_ key: RecordKey, most: Int) throws -> [Double] {
        let numbers: [Double] = try value(key)
        guard numbers.count <= most else { throw fault(key, "it has \(numbers.count) entries, more than \(most)") }
        return numbers
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: RecordKey) throws -> Choice {
        let name = try text(key, longest: 1000)
        guard let choice = Choice(rawValue: name) else {
            let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault(key, "\(name.quoted) is none of \(names)", "use a version of apldm that knows it")
        }
        return choice
    }

    func object(_ key: RecordKey, keys: Set<String>) throws -> RecordObject {
        do {
            return try RecordObject(values.nestedContainer(keyedBy: RecordKey.self, forKey: key), keys: keys)
        } catch DecodingError.keyNotFound {
            throw fault(key, "it is missing")
        } catch let error as RenderRecordError {
            throw error
        } catch {
            throw fault(key, "it is no object")
        }
    }

    /// An object with exactly one of several keys, which says what it is.
    func alternative(_ key: RecordKey, of names: Set<String>) throws -> (name: RecordKey, object: RecordObject) {
        let object = try object(key, keys: names)
        guard object.values.allKeys.count == 1, let name = object.values.allKeys.first else {
            throw fault(key, "it has to have one of \(names.sorted().joined(separator: ", "))")
        }
        return (name, object)
    }

    private static func reason(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .typeMismatch: "another type"
        case .valueNotFound: "null"
        default: "a number out of range"
        }
    }
}
