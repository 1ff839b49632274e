import ArgumentParser
import CommandSupport
import FoundationEssentials
import JobDatabase
import RenderJobs

/// What of jobs survives the program, and for how long.
struct DataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where jobs, what is kept of unfinished pictures and, unless --pictures says otherwise, pictures are. One "
                + "program at a time (default: $XDG_STATE_HOME/apldm or ~/.local/state/apldm).",
            valueName: "DIR"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Keep what a picture can go on from after so many seconds of work; 0 for every step and tile.",
            valueName: "N"))
    var checkpointSeconds = 30.0

    @Option(
        help: ArgumentHelp(
            "How often a job is tried again that fails for a reason that may pass, such as workers that are gone.",
            valueName: "N"))
    var retries = 3

    @Option(help: ArgumentHelp("The most jobs that wait.", valueName: "N")) var queueLimit = 100_000

    @Option(help: ArgumentHelp("The most of them that are one owner's.", valueName: "N"))
    var mostJobsPerOwner = 10_000

    @Option(
        help: ArgumentHelp(
            "The most ended jobs that are kept, with their pictures; the longest ended go first.", valueName: "N"))
    var keepJobs = 20_000

    @Option(help: ArgumentHelp("Keep ended jobs and their pictures for so many days at most.", valueName: "D"))
    var keepDays: Double?

    @Option(help: ArgumentHelp("Keep pictures of so many bytes at most, for example 100GiB.", valueName: "SIZE"))
    var keepBytes: ByteCount?

    @Option(
        help: ArgumentHelp(
            "Take no more jobs when less than this is free on the disk of --data; running ones go on (default: 256MiB).",
            valueName: "SIZE"))
    var keepFree: ByteCount?

    func validate() throws {
        let ranges = [
            ("--queue-limit", queueLimit, 1...1_000_000), ("--most-jobs-per-owner", mostJobsPerOwner, 1...1_000_000),
            ("--keep-jobs", keepJobs, 0...10_000_000), ("--retries", retries, 0...1000),
        ]
        for (name, value, range) in ranges where !range.contains(value) {
            throw ValidationError(
                "\(name): \(value) is out of range; use \(range.lowerBound) to \(range.upperBound)")
        }
        guard (0...86_400).contains(checkpointSeconds) else {
            throw ValidationError("--checkpoint-seconds: \(checkpointSeconds) is out of range; use 0 to 86400")
        }
        if let keepDays, !(keepDays > 0) { throw ValidationError("--keep-days: use a positive number") }
    }

    /// Where it is when nobody says.
    private static var standardFolder: String {
        let environment = ProcessInfo.processInfo.environment
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/apldm" }
        if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.local/state/apldm" }
        return "apldm-data"
    }

    func open() throws -> DataFolder { try DataFolder(path: data ?? Self.standardFolder) }

    /// Bytes of the disk that no new job may take.
    var reserve: Int { keepFree?.bytes ?? 256 << 20 }

    var limits: JobLimits { JobLimits(mostQueued: queueLimit, mostOfOneOwner: mostJobsPerOwner) }

    var retryPolicy: RetryPolicy { RetryPolicy(mostRetries: retries) }

    var retention: RetentionPolicy {
        RetentionPolicy(mostJobs: keepJobs, days: keepDays, mostBytes: keepBytes?.bytes)
    }
}
