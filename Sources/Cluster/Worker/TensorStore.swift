import ClusterMessages
import Tensors

/// What a worker keeps of tensors that were sent by their content; those that were not used for longest go first.
struct TensorStore {
    private struct Entry {
        let tensor: Tensor
        var lastUse: Int
    }

    private let capacity: Int
    private var entries: [ContentDigest: Entry] = [:]
    private var uses = 0
    private(set) var byteCount = 0

    /// - Parameter capacity: bytes.
    init(capacity: Int) { self.capacity = capacity }

    /// A tensor in the shape that a task asks for; nil when it is not held.
    mutating func tensor(_ reference: StoredTensor) -> Tensor? {
        guard let entry = entries[reference.sha256], entry.tensor.byteCount == reference.byteCount else { return nil }
        uses += 1
        entries[reference.sha256]?.lastUse = uses
        return entry.tensor.reshaped(reference.dimensions)
    }

    /// Keeps a tensor unless it is larger than everything that may be kept.
    mutating func keep(_ tensor: Tensor, as digest: ContentDigest) {
        guard tensor.byteCount <= capacity, entries[digest] == nil else { return }
        while byteCount + tensor.byteCount > capacity,
            let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            byteCount -= oldest.value.tensor.byteCount
            entries[oldest.key] = nil
        }
        uses += 1
        entries[digest] = Entry(tensor: tensor, lastUse: uses)
        byteCount += tensor.byteCount
    }
}
