package import Tensors

/// What a task gives.
package struct TaskOutput: Sendable {
    /// As many as the operation has outputs.
    package var tensors: [Tensor]
    /// Each tile's share of a normalisation, where the task took tiles there.
    package var statistics: [[GroupMoments]]

    /// - Parameters:
    ///   - tensors: as many as the operation has outputs.
    ///   - statistics: each tile's share of a normalisation.
    package init(_ tensors: [Tensor], statistics: [[GroupMoments]] = []) {
        self.tensors = tensors
        self.statistics = statistics
    }

    /// What tells two results apart that should be the same: a checksum of every tensor, and all statistics.
    ///
    /// It finds workers that compute otherwise, not ones that forge.
    package var digest: String {
        let checksums = tensors.map { tensor in
            "\(tensor.shape.map(String.init).joined(separator: "x")):" + String(tensor.checksum, radix: 16)
        }
        let moments = statistics.joined().flatMap { [$0.count, $0.mean, $0.squaredDeviations] }
        return (checksums + moments.map { String($0.bitPattern, radix: 16) }).joined(separator: ",")
    }
}

extension Tensor {
    /// CRC-32C of its elements, in pieces that are small beside it.
    fileprivate var checksum: UInt32 {
        let piece = 256 << 10
        return stride(from: 0, to: byteCount, by: piece).reduce(0) { checksum, start in
            CRC32C.checksum(bytes(in: start..<min(start + piece, byteCount)).span.bytes, after: checksum)
        }
    }
}
