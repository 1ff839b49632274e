import Glibc

/// How long tasks take on which worker: learned from the time of computing alone, by worker, operation, model and shape.
///
/// What a worker has done twice with a key is known by itself. Everything else is a product: the task's work, how much
/// longer its operation and its shape take than that says, and how slow the machine is. Each measurement corrects all
/// three in proportion to how uncertain they are (``LogBelief``). So what is heavier for everybody counts against nobody,
/// and a machine that is slower than it says is known from its first tasks for all others, whatever they are.
struct CostModel: Sendable {
    /// What one worker takes for one key.
    fileprivate struct Estimate: Sendable {
        var runs = 0
        /// Over the machine's ``MachineBelief/scale``.
        var seconds = 0.0
        /// That of the machine; in another one it does not count.
        var generation = 0
    }

    /// The estimates for one key, to look at many workers at once.
    struct Profile: Sendable {
        fileprivate var estimates: [Int: Estimate] = [:]
        /// How much longer the key takes than its operation.
        fileprivate var shape: LogBelief
        /// How much longer its work takes than it says.
        fileprivate var factor = 1.0
        fileprivate var lastUse: UInt64 = 0
    }

    /// An operation with a model.
    private struct Kind: Hashable {
        var operation: ClusterOperation
        var model: String?
    }

    private struct KindRecord {
        /// How much longer its work takes than it says.
        var weight = LogBelief(mean: 0, variance: Uncertainty.ofOperation)
        /// The machines that have begun with it, and so have loaded what it takes.
        var machines: Set<Int> = []
    }

    /// So many keys are remembered; then the half that was not measured for longest is forgotten.
    static let keyLimit = 4096

    /// A run that took more times the estimate counts as so many: one straggler is not to spoil what is known.
    static let outlier = 2.0

    /// After so many seconds in which others worked and it got nothing, a worker is believed half of what it was
    /// measured with, and half of what it says of itself: or it would never show that it is no longer slow.
    private static let doubtAfter = 30.0

    private let learningRate: Double
    private var profiles: [CostKey: Profile] = [:]
    private var kinds: [Kind: KindRecord] = [:]
    private var machines: [Int: MachineBelief] = [:]
    private var uses: UInt64 = 0
    /// Seconds in which the farm worked; a pause counts as no more than it takes to be doubted.
    private var busy = 0.0
    private var lastMeasurement = MonotonicInstant.zero
    private var nextDoubt = 1.0

    init(learningRate: Double) { self.learningRate = learningRate }

    /// Takes what a machine says of itself, unless more is known of it.
    mutating func introduce(machine: Int, speed: Double) {
        if machines[machine] == nil { machines[machine] = MachineBelief(speed: speed, busy: busy) }
    }

    func profile(of key: CostKey) -> Profile {
        let weight = kinds[Kind(operation: key.operation, model: key.model)]?.weight.mean ?? 0
        var profile = profiles[key] ?? Profile(shape: LogBelief(mean: 0, variance: Uncertainty.ofShape))
        profile.factor = exp(weight + profile.shape.mean)
        return profile
    }

    /// Predicted seconds of computing of a task with this work on a machine.
    func seconds(_ profile: Profile, work: Double, machine: Int) -> Double {
        if let estimate = profile.estimates[machine], estimate.runs > 1, let belief = machines[machine],
            estimate.generation == belief.generation
        {
            return estimate.seconds * belief.scale
        }
        return max(unmeasured(profile, work: work, machine: machine), 1e-6)
    }

    /// Predicted seconds of computing of work that is done together with such a task.
    func unmeasured(_ profile: Profile, work: Double, machine: Int) -> Double {
        work * profile.factor * (machines[machine]?.secondsOfWork ?? 1)
    }

    /// What is known of the way to a machine.
    func link(machine: Int) -> LinkBelief { machines[machine]?.link ?? LinkBelief() }

    /// How long something took.
    enum Measurement {
        /// So many seconds.
        case complete(Double)
        /// It was not over after so many.
        case atLeast(Double)

        var seconds: (Double, isComplete: Bool) {
            switch self {
            case .complete(let seconds): (seconds, true)
            case .atLeast(let seconds): (seconds, false)
            }
        }
    }

    /// Learns from a run; what is no positive number of seconds teaches nothing.
    ///
    /// - Parameters:
    ///   - key: what was done.
    ///   - work: how much of it; nil for what has none to speak of, which says nothing of the machine's speed.
    ///   - machine: where.
    ///   - measurement: what of it was measured.
    mutating func learn(_ key: CostKey, work: Double?, machine: Int, _ measurement: Measurement) {
        let (measured, isComplete) = measurement.seconds
        guard measured.isFinite, measured > 0, machines[machine] != nil else { return }
        // Nothing is done in no time, whatever a worker claims.
        let seconds = max(measured, 1e-6)
        if profiles.count >= Self.keyLimit, profiles[key] == nil { forgetOldKeys() }
        uses += 1
        machines[machine]?.activeAt = busy
        let isLoading =
            kinds[Kind(operation: key.operation, model: key.model), default: KindRecord()].machines
            .insert(machine).inserted
        var profile = profile(of: key)
        if work == nil, profiles[key] == nil { profile.shape.variance = Uncertainty.withoutWork }
        profile.lastUse = uses
        profiles[key] = profile
        explain(key, work: work, machine: machine, seconds: seconds, isComplete: isComplete, isLoading: isLoading)
        remember(key, machine: machine, seconds: seconds, isComplete: isComplete)
    }

    /// Corrects what is believed of the operation, the shape and the machine.
    private mutating func explain(
        _ key: CostKey, work: Double?, machine id: Int, seconds: Double, isComplete: Bool, isLoading: Bool
    ) {
        let kind = Kind(operation: key.operation, model: key.model)
        guard var machine = machines[id], var shape = profiles[key]?.shape, var weight = kinds[kind]?.weight
        else { return }
        let surprise = log(seconds / (work ?? 1)) - weight.mean - shape.mean - machine.logSecondsOfWork
        // What was given up early, or while it loaded, would have taken longer or shorter than that.
        if surprise > 0 ? isLoading : !isComplete { return }
        var noise = Uncertainty.ofMeasurement(seconds)
        guard work != nil else {
            shape.learn(surprise, of: shape.variance + noise)
            profiles[key]?.shape = shape
            return
        }
        if surprise > 0, profiles[key]?.estimates[id] == nil { noise += Uncertainty.ofFirstRun }
        let learned = machine.learn(
            surprise, ofOthers: weight.variance + shape.variance + noise, seconds: seconds, isLeast: !isComplete)
        shape.learn(learned.surprise, of: learned.variance)
        weight.learn(learned.surprise, of: learned.variance)
        machines[id] = machine
        profiles[key]?.shape = shape
        kinds[kind]?.weight = weight
    }

    /// Corrects what is known of the key on the machine itself.
    private mutating func remember(_ key: CostKey, machine id: Int, seconds: Double, isComplete: Bool) {
        guard let machine = machines[id] else { return }
        let seconds = seconds / machine.scale
        var estimate = profiles[key]?.estimates[id] ?? Estimate()
        if estimate.generation != machine.generation { estimate = Estimate(generation: machine.generation) }
        guard isComplete || estimate.runs > 1 && seconds > estimate.seconds else { return }
        estimate.runs = min(estimate.runs + 1, 1 << 30)
        if estimate.runs == 1 {
            estimate.seconds = seconds
        } else if estimate.runs == 2 {
            // The first run can only have been too long, so a second one that was longer still is the odd one.
            estimate.seconds = min(seconds, estimate.seconds)
        } else {
            let counted = min(seconds, Self.outlier * estimate.seconds)
            estimate.seconds += learningRate * (counted - estimate.seconds)
        }
        profiles[key]?.estimates[id] = estimate
    }

    /// So many bytes were on their way to or from a machine.
    mutating func learnWay(bytes: Int, _ measurement: Measurement, machine: Int) {
        machines[machine]?.link.learn(bytes: bytes, measurement)
    }

    // Forgetting.

    mutating func forget(machine: Int) {
        machines[machine] = nil
        for kind in kinds.keys { kinds[kind]?.machines.remove(machine) }
        for key in profiles.keys { profiles[key]?.estimates[machine] = nil }
    }

    private mutating func forgetOldKeys() {
        let median = profiles.values.map(\.lastUse).sorted()[profiles.count / 2]
        profiles = profiles.filter { $0.value.lastUse > median }
        let left = Set(profiles.keys.lazy.map { Kind(operation: $0.operation, model: $0.model) })
        kinds = kinds.filter { left.contains($0.key) }
    }

    /// Doubts what is believed of those that got nothing for long.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - working: the machines that have tasks.
    mutating func passTime(to now: MonotonicInstant, working: @autoclosure () -> Set<Int>) {
        busy += min(max(0, now - lastMeasurement), Self.doubtAfter)
        lastMeasurement = now
        guard busy >= nextDoubt else { return }
        nextDoubt = busy + 1
        for id in working() { machines[id]?.activeAt = busy }
        for id in machines.keys {
            if let machine = machines[id], busy - machine.activeAt >= Self.doubtAfter {
                machines[id]?.doubt(busy: busy)
            }
        }
    }
}
