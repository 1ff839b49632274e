import FoundationEssentials
import Glibc

/// What this process has used of its host.
public enum HostUsage {
    /// The largest resident size so far, in bytes.
    public static var peakMemory: Int {
        // `getrusage` would count what the process had before it became this program, too.
        let line = fields("/proc/self/status").first { $0.first == "VmHWM:" }
        return line.flatMap { $0.count > 1 ? Int($0[1]) : nil }.map { $0 * 1024 } ?? 0
    }

    /// The processor time of all threads so far, in seconds: unlike the time that passes it hardly depends on what else
    /// the host does.
    public static var processorSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    /// The resident size now, in bytes; 0 when the system does not say.
    public static var residentMemory: Int {
        guard let pages = fields("/proc/self/statm").first.flatMap({ $0.count > 1 ? Int($0[1]) : nil }) else {
            return 0
        }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Bytes that could be allocated now without swapping; nil when the system does not say. A control group's limit
    /// counts where it is lower than what the host has.
    public static var availableMemory: Double? {
        let host = fields("/proc/meminfo").first { $0.first == "MemAvailable:" }
            .flatMap { $0.count > 1 ? Double($0[1]) : nil }.map { $0 * 1024 }
        let limit = fields("/sys/fs/cgroup/memory.max").first?.first.flatMap { Double($0) }
        let used = fields("/sys/fs/cgroup/memory.current").first?.first.flatMap { Double($0) }
        let group = limit.flatMap { limit in used.map { max(0, limit - $0) } }
        return [host, group].compactMap(\.self).min()
    }

    /// The words of each line of a small system file.
    private static func fields(_ path: String) -> [[Substring]] {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
    }

    /// Processors that this process may run on.
    public static var processorCount: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
}
