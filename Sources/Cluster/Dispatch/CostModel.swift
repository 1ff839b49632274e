/// How long tasks take on which worker: learned from the time of computing alone, by worker, operation, model and shape.
///
/// The first run of a key on a worker loads and warms up, so it is not counted but as an upper bound of the second. Until
/// there is a second one the estimate is the task's work over the worker's speed, which is itself learned from everything
/// that the worker has done.
struct CostModel: Sendable {
    /// What one worker takes for one key, in seconds.
    fileprivate struct Estimate: Sendable {
        var runs = 0
        var seconds = 0.0
    }

    /// The estimates for one key, to look at many workers at once.
    struct Profile: Sendable {
        fileprivate var estimates: [Int: Estimate] = [:]
        /// Seconds that a task takes beside its computing: until its inputs have come and its result is back.
        fileprivate(set) var transfer = 0.0
        fileprivate var lastUse: UInt64 = 0
    }

    /// So many keys are remembered; then the half that was not measured for longest is forgotten.
    static let keyLimit = 4096

    /// A run that took more times the estimate counts as so many: one straggler is not to spoil what is known, and a worker
    /// that did become slow is known after a few runs all the same.
    static let outlier = 2.0

    /// A run of so many seconds counts in full for a machine's speed, a shorter one in proportion: many short ones in a row,
    /// such as the first rounds of a pass, are not to drive out what long ones have taught.
    private static let fullRun = 0.25

    private let learningRate: Double
    private var profiles: [CostKey: Profile] = [:]
    /// Units of work a second, by machine.
    private var speeds: [Int: Double] = [:]
    private var uses: UInt64 = 0

    init(learningRate: Double) { self.learningRate = learningRate }

    /// Takes what a machine says of itself, unless more is known of it.
    mutating func introduce(machine: Int, speed: Double) {
        if speeds[machine] == nil { speeds[machine] = speed }
    }

    func profile(of key: CostKey) -> Profile { profiles[key] ?? Profile() }

    /// Predicted seconds of a task with this work on a machine.
    func seconds(_ profile: Profile, work: Double, machine: Int) -> Double {
        if let estimate = profile.estimates[machine], estimate.runs > 1 { return estimate.seconds }
        return max(seconds(work: work, machine: machine), 1e-6)
    }

    /// Predicted seconds of work that was never measured by itself.
    func seconds(work: Double, machine: Int) -> Double { work / (speeds[machine] ?? 1) }

    /// No transfer is believed to take longer, in seconds.
    private static let longestTransfer = 10.0

    /// Learns from a run; what is no positive number of seconds teaches nothing.
    ///
    /// - Parameters:
    ///   - key: what was done.
    ///   - work: how much of it; nil for what has none to speak of, which says nothing of the machine's speed.
    ///   - machine: where.
    ///   - seconds: of computing alone.
    ///   - elapsed: seconds from its start to its result.
    mutating func learn(_ key: CostKey, work: Double?, machine: Int, seconds: Double, elapsed: Double) {
        guard seconds.isFinite, seconds > 0 else { return }
        // Nothing is done in no time, whatever a worker claims.
        let seconds = max(seconds, 1e-6)
        if profiles.count >= Self.keyLimit, profiles[key] == nil { forgetOldKeys() }
        uses += 1
        var estimate = profiles[key]?.estimates[machine] ?? Estimate()
        estimate.runs = min(estimate.runs + 1, 1 << 30)
        if estimate.runs == 1 {
            estimate.seconds = seconds
        } else if estimate.runs == 2 {
            // The first run can only have been too long, so a second one that was longer still is the odd one.
            estimate.seconds = min(seconds, estimate.seconds)
        } else if estimate.runs > 2 {
            let counted = min(seconds, Self.outlier * estimate.seconds)
            estimate.seconds += learningRate * (counted - estimate.seconds)
        }
        if estimate.runs > 1, let work, let speed = speeds[machine] {
            let counted = max(work / seconds, speed / Self.outlier)
            speeds[machine] = speed + learningRate * min(1, seconds / Self.fullRun) * (counted - speed)
        }
        profiles[key, default: Profile()].estimates[machine] = estimate
        let transfer = min(max(0, elapsed - seconds), Self.longestTransfer)
        let known = profiles[key]?.transfer ?? 0
        profiles[key]?.transfer = known + learningRate * (transfer - known)
        profiles[key, default: Profile()].lastUse = uses
    }

    mutating func forget(machine: Int) {
        speeds[machine] = nil
        for key in profiles.keys { profiles[key]?.estimates[machine] = nil }
    }

    private mutating func forgetOldKeys() {
        let median = profiles.values.map(\.lastUse).sorted()[profiles.count / 2]
        profiles = profiles.filter { $0.value.lastUse > median }
    }
}
