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

    /// Carries out a pass of a model: memory that its tensors leave is kept for those that follow until it ends, as far
    /// as the pass has needed as much at a time before. Fresh memory would have to be cleared by the system first.
    ///
    /// - Parameter body: the pass; others may be under way at the same time.
    /// - Returns: what it returns.
    /// - Throws: what it throws.
    package static func reusing<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        BlockCache.shared.beginPass()
        defer { BlockCache.shared.endPass() }
        return try body()
    }

    /// The same for a pass that waits in between.
    package static func reusing<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async rethrows -> Result {
        BlockCache.shared.beginPass()
        defer { BlockCache.shared.endPass() }
        return try await body()
    }

    /// The same for work that comes in pieces from outside: it ends with the last reference.
    package final class Pass: Sendable {
        package init() { BlockCache.shared.beginPass() }

        deinit { BlockCache.shared.endPass() }
    }

    static func add(_ bytes: Int) {
        highest.max(current.wrappingAdd(bytes, ordering: .relaxed).newValue, ordering: .relaxed)
    }

    static func remove(_ bytes: Int) { current.wrappingSubtract(bytes, ordering: .relaxed) }
}
