/// When chunks are compressed. Never lossy: only the time that a tensor takes to arrive depends on it.
public enum CompressionPolicy: Sendable, Hashable {
    /// Over links that are faster than any compressor.
    case never
    /// Whatever gets smaller.
    case always
    /// Where it shortens the way: the bytes saved must take longer to send than to compress and decompress.
    case adaptive(linkBytesPerSecond: Double)

    /// Raw bytes per second that one core compresses at level 1, the shuffle included. Measured on a busy 2-core host:
    /// 590 MB/s for latents and 1410 MB/s for pictures.
    static let compressionRate = 600e6
    /// Raw bytes per second that one core decompresses, the shuffle included. Measured there: 1550 and 2050 MB/s.
    static let decompressionRate = 1500e6

    /// Bytes a second of the fastest link on which compression pays.
    ///
    /// A byte takes 1/L to send plain and 1/(r·L) + 1/C + 1/D compressed, so it pays below the link speed
    /// L = (1 − 1/r)/(1/C + 1/D).
    ///
    /// - Parameters:
    ///   - ratio: by how much the bytes get smaller.
    ///   - compressionRate: raw bytes a second that are compressed.
    ///   - decompressionRate: the same, decompressed.
    /// - Returns: the speed of the link; below zero where nothing gets smaller.
    package static func breakEven(ratio: Double, compressionRate: Double, decompressionRate: Double) -> Double {
        (1 - 1 / ratio) / (1 / compressionRate + 1 / decompressionRate)
    }

    /// Whether to compress what gets smaller by a factor of `ratio`.
    public func pays(ratio: Double) -> Bool {
        guard ratio > 1 else { return false }
        switch self {
        case .never: return false
        case .always: return true
        case .adaptive(let link):
            return link
                < Self.breakEven(
                    ratio: ratio, compressionRate: Self.compressionRate, decompressionRate: Self.decompressionRate)
        }
    }

    /// The filter and the codec for a tensor of which these are samples, each a whole number of elements.
    func choose(
        samples: @autoclosure () -> [[UInt8]], element: WireElement
    ) -> (filter: ByteFilter, codec: ChunkCodec) {
        guard self != .never else { return (.none, .none) }
        let samples = samples()
        let plain = samples.reduce(0) { $0 + $1.count }
        let sizes = ByteFilter.allCases.filter { $0 == .none || element.byteWidth > 1 }.map { filter in
            (filter: filter, size: samples.reduce(0) { $0 + Self.compressedSize($1, filter, element) })
        }
        guard let best = sizes.min(by: { $0.size < $1.size }), best.size > 0,
            pays(ratio: Double(plain) / Double(best.size))
        else { return (.none, .none) }
        return (best.filter, .zstd)
    }

    private static func compressedSize(_ sample: [UInt8], _ filter: ByteFilter, _ element: WireElement) -> Int {
        (Zstd.compressed(filter.applied(to: sample, width: element.byteWidth)) ?? sample).count
    }
}
