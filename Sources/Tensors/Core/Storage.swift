import Glibc

/// A block of raw memory: either allocated here or a read-only file mapping.
///
/// The only owner of raw memory in the project. It is freed or unmapped when the last tensor or parameter
/// that refers to it goes away.
///
/// `@unchecked Sendable`: a block is written only by an owner that has checked that its reference is unique
/// (``Tensor/withMutableSpan(_:)``) or that has just made it, and is otherwise only read.
final class Storage: @unchecked Sendable {
    /// Cache-line and vector alignment of allocated blocks, in bytes.
    static let alignment = 64
    /// Blocks of at least so many bytes come from the ``BlockCache``.
    private static let smallestLarge = 256 << 10

    let base: UnsafeMutableRawPointer
    let byteCount: Int
    private let isMapped: Bool

    /// Allocates `byteCount` uninitialised bytes, aligned to ``alignment`` or better.
    ///
    /// Large blocks ask for huge pages: most work on them is a single pass over memory that is fresh from the
    /// system, in which the faults of small pages take most of the time.
    init(byteCount: Int) {
        precondition(byteCount >= 0, "a block cannot have a negative size")
        let rounded = max(1, (byteCount + Self.alignment - 1) / Self.alignment) * Self.alignment
        let memory =
            byteCount >= Self.smallestLarge
            ? BlockCache.shared.take(byteCount) : aligned_alloc(Self.alignment, rounded)
        guard let memory else { preconditionFailure("out of memory: \(byteCount) bytes were asked for") }
        base = memory
        TensorMemory.add(byteCount)
        self.byteCount = byteCount
        isMapped = false
    }

    /// Takes over a mapping made with `mmap`.
    init(mapping: UnsafeMutableRawPointer, byteCount: Int) {
        base = mapping
        self.byteCount = byteCount
        isMapped = true
    }

    deinit {
        if isMapped {
            munmap(base, byteCount)
            return
        }
        TensorMemory.remove(byteCount)
        if byteCount >= Self.smallestLarge {
            BlockCache.shared.give(base, byteCount)
        } else {
            free(base)
        }
    }
}
