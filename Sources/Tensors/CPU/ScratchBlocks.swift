import Synchronization

/// Scratch memory for the iterations of a loop: as many blocks as run at a time, each handed from one iteration to the
/// next.
final class ScratchBlocks: Sendable {
    private let count: Int
    private let free = Mutex<[Storage]>([])

    /// - Parameter count: elements of a block.
    init(count: Int) { self.count = count }

    /// Calls `body` with a block that nobody else has, of undefined contents.
    func with(_ body: (UnsafeMutablePointer<Float>) -> Void) {
        let block =
            free.withLock { $0.popLast() } ?? Storage(byteCount: count * MemoryLayout<Float>.stride)
        body(block.base.assumingMemoryBound(to: Float.self))
        free.withLock { $0.append(block) }
    }
}
