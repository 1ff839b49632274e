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
    /// The size of a huge page on every 64-bit Linux with 4-kibibyte pages.
    private static let hugePage = 2 << 20

    let base: UnsafeMutableRawPointer
    let byteCount: Int
    private let isMapped: Bool

    /// Allocates `byteCount` uninitialised bytes, aligned to ``alignment``.
    ///
    /// Large blocks ask for huge pages: most work on them is a single pass over memory that is fresh from the
    /// system, in which the faults of small pages take most of the time.
    init(byteCount: Int) {
        precondition(byteCount >= 0, "a block cannot have a negative size")
        let isLarge = byteCount >= 2 * Self.hugePage
        let alignment = isLarge ? Self.hugePage : Self.alignment
        let rounded = max(1, (byteCount + alignment - 1) / alignment) * alignment
        guard let memory = aligned_alloc(alignment, rounded) else {
            preconditionFailure("out of memory: \(rounded) bytes were asked for")
        }
        if isLarge { madvise(memory, rounded, MADV_HUGEPAGE) }  // Refusal costs time, nothing else.
        base = memory
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
        } else {
            free(base)
        }
    }
}
