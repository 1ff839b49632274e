import Glibc
import Tensors

/// What a process that talks to other hosts needs of its system.
package enum NodeProcess {
    /// A connection that breaks is an error of a write, not the end of the process; and memory of chunks is kept.
    package static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        ProcessMemory.keepFreedChunks()
    }
}
