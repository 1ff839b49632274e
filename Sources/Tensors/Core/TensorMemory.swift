import Synchronization

/// What the elements of all tensors and parameters of this process take, mapped files aside.
public enum TensorMemory {
    private static let current = Atomic<Int>(0)
    private static let highest = Atomic<Int>(0)

    /// Bytes at the moment.
    public static var bytes: Int { current.load(ordering: .relaxed) }

    /// The most bytes at a time since the process began or ``resetPeak()`` was called.
    public static var peakBytes: Int { highest.load(ordering: .relaxed) }

    /// Begins to look for the most bytes anew.
    public static func resetPeak() { highest.store(bytes, ordering: .relaxed) }

    /// Gives memory that tensors have left back to the system; some of it is kept for the next ones otherwise.
    public static func releaseUnused() { BlockCache.shared.release() }

    static func add(_ bytes: Int) {
        highest.max(current.wrappingAdd(bytes, ordering: .relaxed).newValue, ordering: .relaxed)
    }

    static func remove(_ bytes: Int) { current.wrappingSubtract(bytes, ordering: .relaxed) }
}
