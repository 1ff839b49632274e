import ClusterMessages
import Tensors

/// What was sent to a worker by its content, and what has to be said of it the next time.
struct HeldTensors {
    /// So many are remembered; a worker keeps at least as many.
    static let limit = 64

    private struct Entry {
        let tensor: Tensor
        let digest: ContentDigest
    }

    private var entries: [Entry] = []

    /// How to refer to a tensor that the worker holds.
    func reference(to tensor: Tensor) -> StoredTensor? {
        guard let entry = entries.first(where: { $0.tensor.isSame(as: tensor) }) else { return nil }
        return try? StoredTensor(sha256: entry.digest, .float32, dimensions: tensor.shape)
    }

    /// Takes note of what is sent.
    mutating func note(_ tensor: Tensor, _ header: TensorHeader) {
        guard let digest = header.sha256 else { return }
        if entries.count == Self.limit { entries.removeFirst() }
        entries.append(Entry(tensor: tensor, digest: digest))
    }

    /// Forgets what the worker threw away.
    mutating func drop(_ digests: [ContentDigest]) { entries.removeAll { digests.contains($0.digest) } }
}
