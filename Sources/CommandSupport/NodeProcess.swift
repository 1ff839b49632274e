import Glibc
import Tensors

/// What a process that talks to other hosts needs of its system.
package enum NodeProcess {
    /// A connection that breaks is an error of a write, not the end of the process; and memory of chunks is kept.
    package static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        ProcessMemory.keepFreedChunks()
    }

    /// Lets the process have more files and connections open at a time, as far as the system allows it.
    ///
    /// - Parameter wanted: how many; fewer than there may be already change nothing.
    /// - Returns: how many there may be.
    package static func raiseOpenFiles(to wanted: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        let raised = min(limit.rlim_max, rlim_t(max(0, wanted)))
        if raised > limit.rlim_cur {
            let before = limit
            limit.rlim_cur = raised
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 { limit = before }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
