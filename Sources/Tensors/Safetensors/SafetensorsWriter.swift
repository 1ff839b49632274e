/// Writes safetensors files of 32-bit floats.
public enum SafetensorsWriter {
    /// Writes `tensors` to a file at `path`, which appears there complete or not at all.
    ///
    /// The same tensors give the same bytes: names and metadata are sorted. The elements are written from where
    /// they are, and begin at a multiple of 8 bytes.
    ///
    /// - Parameters:
    ///   - tensors: in any order; every name once.
    ///   - metadata: free text for the header.
    ///   - path: where the file goes; one that is there is replaced.
    /// - Throws: what the system refused, or a name that stands twice.
    public static func write(
        _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to path: String
    ) throws(SafetensorsError) {
        let sorted = tensors.sorted { $0.name < $1.name }
        for (first, second) in zip(sorted, sorted.dropFirst()) where first.name == second.name {
            throw SafetensorsError(
                .duplicateName, file: path, tensor: first.name, expected: "this name once", found: "it twice")
        }
        if sorted.contains(where: { $0.name == SafetensorsHeaderParser.metadataKey }) {
            throw SafetensorsError(
                .duplicateName, file: path, tensor: SafetensorsHeaderParser.metadataKey, expected: "a tensor's name",
                found: "the name of the metadata")
        }
        var header = Array(headerText(sorted, metadata).utf8)
        header += repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
        guard header.count <= SafetensorsHeader.maximumByteCount else {
            throw SafetensorsError(
                .headerTooLarge, file: path,
                expected: "names and metadata of at most \(SafetensorsHeader.maximumByteCount) bytes",
                found: "\(header.count)")
        }

        do throws(ReplacementFile.Failure) {
            var file = try ReplacementFile(replacing: path)
            try file.write((UInt64(header.count).littleEndianBytes + header).span)
            for (_, tensor) in sorted {
                try tensor.withSpan { elements throws(ReplacementFile.Failure) in try file.write(elements) }
            }
            try file.commit()
        } catch {
            throw SafetensorsError(path: path, error)
        }
    }

    /// Finds out whether a file can be written to `path`, and leaves nothing behind.
    public static func checkWritable(path: String) throws(SafetensorsError) {
        do throws(ReplacementFile.Failure) {
            _ = try ReplacementFile(replacing: path)
        } catch {
            throw SafetensorsError(path: path, error)
        }
    }

    private static func headerText(_ tensors: [(name: String, tensor: Tensor)], _ metadata: [String: String]) -> String
    {
        var members: [String] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key < $1.key }.map { "\($0.key.json):\($0.value.json)" }
            members.append("\(SafetensorsHeaderParser.metadataKey.json):{\(texts.joined(separator: ","))}")
        }
        var position = 0
        for (name, tensor) in tensors {
            let end = position + tensor.count * ElementType.float32.byteWidth
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            let offsets = "\(position),\(end)"
            members.append(#"\#(name.json):{"dtype":"F32","shape":[\#(shape)],"data_offsets":[\#(offsets)]}"#)
            position = end
        }
        return "{\(members.joined(separator: ","))}"
    }
}

extension SafetensorsError {
    /// A file that could not be put in its place.
    fileprivate init(path: String, _ failure: ReplacementFile.Failure) {
        let attempt =
            switch failure.operation {
            case .create: "a file that can be created"
            case .write: "room for the tensors"
            case .synchronize: "a file that reaches the disk"
            case .replace: "a name that can be given to the file"
            }
        self.init(
            .cannotWrite, file: path, expected: attempt, found: systemMessage(failure.code), systemError: failure.code)
    }
}

extension UInt64 {
    fileprivate var littleEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) } }
}

extension String {
    /// The text as a JSON string.
    fileprivate var json: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case "\0"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
