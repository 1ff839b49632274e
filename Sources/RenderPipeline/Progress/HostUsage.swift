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
        return ([host] + controlGroups.map(freeMemory)).compactMap(\.self).min()
    }

    /// Whether the files of a folder take memory instead of a disk.
    public static func isInMemory(folder: String) -> Bool {
        guard let resolved = realpath(folder, nil) else { return false }
        defer { free(resolved) }
        let path = String(cString: resolved) + "/"
        // The innermost file system that the folder is in.
        let mount = fields("/proc/self/mounts")
            .filter { $0.count > 2 && path.hasPrefix($0[1] == "/" ? "/" : $0[1] + "/") }
            .max { $0[1].utf8.count < $1[1].utf8.count }
        return mount.map { ["tmpfs", "ramfs"].contains($0[2]) } ?? false
    }

    /// The folders of the process's control group and all around it, whichever can be seen from here.
    private static var controlGroups: [String] {
        let own = fields("/proc/self/cgroup").first { $0.first?.hasPrefix("0::") == true }?.first?.dropFirst(3) ?? ""
        var path = own.split(separator: "/")
        var folders: [String] = []
        while true {
            folders.append((["/sys/fs/cgroup"] + path.map(String.init)).joined(separator: "/"))
            if path.popLast() == nil { return folders }
        }
    }

    /// What a control group has left: nil when it has no limit. Cached file contents that can go count as free.
    private static func freeMemory(inControlGroup folder: String) -> Double? {
        func number(_ file: String) -> Double? { fields("\(folder)/\(file)").first?.first.flatMap { Double($0) } }
        guard let limit = number("memory.max"), let used = number("memory.current") else { return nil }
        let cached = fields("\(folder)/memory.stat").first { $0.first == "inactive_file" }
            .flatMap { $0.count > 1 ? Double($0[1]) : nil }
        return max(0, limit - used + (cached ?? 0))
    }

    /// The words of each line of a small system file.
    private static func fields(_ path: String) -> [[Substring]] {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map {
            $0.split(whereSeparator: \.isWhitespace)
        }
    }

    /// Processors that this process may run on.
    public static var processorCount: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
}
