import FoundationEssentials
import Glibc

/// What this process has used of its host.
public enum HostUsage {
    /// The largest resident size so far, in bytes.
    public static var peakMemory: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024  // Linux counts in KiB.
    }

    /// Processors that this process may run on.
    public static var processorCount: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
}
