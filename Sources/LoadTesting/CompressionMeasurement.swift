import ClusterMessages
public import Tensors

/// What compression gives for one tensor, and what it costs.
public struct CompressionMeasurement: Codable, Sendable {
    /// The tensor's name.
    public let name: String
    /// Its bytes.
    public let byteCount: Int
    /// What goes over the wire when it is compressed, without headers.
    public let compressedByteCount: Int
    /// Whether its bytes are sorted by their place first.
    public let isShuffled: Bool
    /// Raw bytes a second that one core compresses, the sorting included.
    public let compressionRate: Double
    /// The same, decompressed.
    public let decompressionRate: Double

    /// By how much it gets smaller.
    public var ratio: Double { Double(byteCount) / Double(compressedByteCount) }

    /// Bytes a second of the fastest link on which it pays.
    public var breakEven: Double {
        CompressionPolicy.breakEven(
            ratio: ratio, compressionRate: compressionRate, decompressionRate: decompressionRate)
    }

    /// Compresses and decompresses a tensor until that has taken long enough to tell.
    ///
    /// - Parameters:
    ///   - tensor: what is sent.
    ///   - name: what it is called.
    /// - Throws: `WireError` for one that cannot be sent.
    public init(_ tensor: Tensor, name: String) throws {
        let encoder = try TensorEncoder(tensor, compression: .always)
        var chunks: [TensorChunk] = []
        var decoded = tensor
        let encoding = Self.fastest {
            chunks = (0..<encoder.header.chunkCount).map { encoder.chunk($0, ofTensor: 0) }
        }
        let decoding = try Self.fastest {
            var assembler = try TensorAssembler(encoder.header, maximumByteCount: tensor.byteCount)
            for chunk in chunks { try assembler.append(chunk) }
            decoded = try assembler.finish()
        }
        guard decoded.shape == tensor.shape, decoded.values.elementsEqual(tensor.values) else {
            throw WireError(.tensor, "tensor", expected: "the same after decompression", found: "another")
        }
        self.name = name
        byteCount = tensor.byteCount
        compressedByteCount = chunks.reduce(0) { $0 + $1.payload.count }
        isShuffled = encoder.header.filter == .shuffle
        compressionRate = Double(byteCount) / encoding
        decompressionRate = Double(byteCount) / decoding
    }

    /// The shortest of several runs, in seconds.
    private static func fastest(_ body: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        let start = ContinuousClock.now
        repeat {
            let begun = ContinuousClock.now
            try body()
            best = min(best, (ContinuousClock.now - begun) / .seconds(1))
        } while ContinuousClock.now - start < .milliseconds(200)
        return max(best, 1e-9)
    }
}
