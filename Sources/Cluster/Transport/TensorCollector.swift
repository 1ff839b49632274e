import ClusterMessages
import Tensors

/// The tensors of one stream on their way in.
struct TensorCollector {
    private var assemblers: [TensorAssembler]
    private var current = 0

    /// - Parameters:
    ///   - headers: what was announced, in order; nil for what does not come on the stream.
    ///   - limit: the most bytes of all of them.
    /// - Throws: `WireError` when more is announced.
    init(_ headers: [TensorHeader], limit: Int) throws(WireError) {
        var left = limit
        assemblers = try headers.map { header throws(WireError) in
            let assembler = try TensorAssembler(header, maximumByteCount: left)
            left -= header.byteCount
            return assembler
        }
    }

    /// Whether all have come.
    var isComplete: Bool { current == assemblers.count }

    /// Takes the next chunk.
    mutating func append(_ chunk: TensorChunk) throws(WireError) {
        guard current < assemblers.count, chunk.tensor == current else {
            throw WireError(
                .tensor, "chunk.tensor", expected: isComplete ? "no more chunks" : "\(current)",
                found: "\(chunk.tensor)")
        }
        try assemblers[current].append(chunk)
        if assemblers[current].isComplete { current += 1 }
    }

    /// All tensors, in order.
    func finish() throws(WireError) -> [Tensor] {
        try assemblers.map { assembler throws(WireError) in try assembler.finish() }
    }
}
