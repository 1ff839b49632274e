import CKernels

/// The memory of the process that is not of tensors: see ``BlockCache`` for those.
package enum ProcessMemory {
    /// Keeps some of what is given back. A node that sends and receives tensors takes and returns a chunk for every
    /// frame; otherwise each comes from the system anew, and finding and clearing its pages takes as long as sending it.
    package static func keepFreedChunks() { ck_keep_freed_memory(4 << 20, 8 << 20) }
}
