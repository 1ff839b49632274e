/// Reads `{"NAME": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …, "__metadata__": {"KEY": "TEXT"}}`.
struct SafetensorsHeaderParser {
    /// The key under which a header has free text instead of a tensor.
    static let metadataKey = "__metadata__"
    /// The most dimensions a tensor may have, as in torch.
    static let maximumRank = 64

    private(set) var entries: [SafetensorsEntry] = []
    private(set) var metadata: [String: String]?
    /// The name whose entry is being read, for messages.
    private(set) var entry: String?
    private var scanner: JSONScanner

    init(_ text: [UInt8]) { scanner = JSONScanner(text) }

    /// Reads the whole header.
    mutating func parse() throws(HeaderProblem) {
        var names: Set<String> = []
        try scanner.beginObject()
        while let name = try scanner.nextKey() {
            entry = name
            if name == Self.metadataKey {
                guard metadata == nil else { throw Self.duplicate("this name") }
                metadata = try readMetadata()
            } else {
                guard names.insert(name).inserted else { throw Self.duplicate("this name") }
                entries.append(try readEntry(name))
            }
            entry = nil
        }
        try scanner.end()
    }

    private mutating func readMetadata() throws(HeaderProblem) -> [String: String] {
        var metadata: [String: String] = [:]
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
                throw Self.duplicate("the key \(key.quoted)")
            }
        }
        return metadata
    }

    private mutating func readEntry(_ name: String) throws(HeaderProblem) -> SafetensorsEntry {
        var type: ElementType?
        var shape: [Int]?
        var offsets: [Int]?
        try scanner.beginObject()
        while let field = try scanner.nextKey() {
            let isRepeated: Bool
            switch field {
            case "dtype":
                isRepeated = type != nil
                type = try readElementType()
            case "shape":
                isRepeated = shape != nil
                shape = try readNumbers(atMost: Self.maximumRank)
            case "data_offsets":
                isRepeated = offsets != nil
                offsets = try readNumbers(atMost: 2)
            default:
                throw HeaderProblem(
                    .malformedEntry, expected: "the fields dtype, shape and data_offsets",
                    found: "a field \(field.quoted)")
            }
            if isRepeated { throw Self.duplicate("the field \(field)") }
        }
        guard let type else { throw Self.missing("dtype") }
        guard let shape else { throw Self.missing("shape") }
        guard let offsets else { throw Self.missing("data_offsets") }
        guard offsets.count == 2 else {
            throw HeaderProblem(.malformedEntry, expected: "two data_offsets", found: "\(offsets.count)")
        }
        return SafetensorsEntry(name: name, elementType: type, shape: shape, begin: offsets[0], end: offsets[1])
    }

    private mutating func readElementType() throws(HeaderProblem) -> ElementType {
        let text = try scanner.string()
        if let type = ElementType(rawValue: text) { return type }
        throw HeaderProblem(
            .unknownElementType,
            expected: "one of the element types \(ElementType.allCases.map(\.rawValue).joined(separator: ", "))",
            found: text.quoted, remedy: "convert the file to F16, BF16 or F32")
    }

    private mutating func readNumbers(atMost limit: Int) throws(HeaderProblem) -> [Int] {
        var numbers: [Int] = []
        try scanner.beginArray()
        while try scanner.nextElement() {
            guard numbers.count < limit else {
                throw HeaderProblem(.malformedEntry, expected: "at most \(limit) numbers", found: "more")
            }
            numbers.append(try scanner.wholeNumber())
        }
        return numbers
    }

    private static func duplicate(_ what: String) -> HeaderProblem {
        HeaderProblem(.duplicateName, expected: "\(what) once", found: "it twice")
    }

    private static func missing(_ field: String) -> HeaderProblem {
        HeaderProblem(.malformedEntry, expected: "the field \(field)", found: "an entry without it")
    }
}
