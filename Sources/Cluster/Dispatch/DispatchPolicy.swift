/// The numbers of dispatch. The defaults are those of the design.
package struct DispatchPolicy: Hashable, Sendable {
    /// Attempts that a worker holds at once, the one that runs among them.
    package var prefetchDepth = 2
    /// The same for the coordinator's own device.
    package var localDepth = 1
    /// Seconds that an attempt stays with a worker that shows no progress; never above 10.
    package var lease = 10.0

    /// The share of a new measurement in a learned cost.
    package var learningRate = 0.3

    /// An attempt that takes so many times its prediction may get a second one.
    package var hedgeThreshold = 1.5
    /// And so many seconds longer at least: for less it is not worth the messages.
    package var hedgePatience = 0.1
    /// Second attempts may take so much of a job's predicted seconds; a job's first may always be made.
    package var hedgeShare = 0.05
    /// An attempt that takes so many times its prediction counts as lost to hedging: a second one is not extra work.
    package var presumedLost = 8.0
    /// Attempts of a task that run at once.
    package var concurrentAttempts = 2

    /// Seconds that a task waits for the worker that holds its data, or is to begin with it, before others may take it.
    package var affinityPatience = 2.0

    /// Failures within ``strikeWindow`` after which a worker is set aside.
    package var strikeLimit = 3
    /// Seconds.
    package var strikeWindow = 600.0
    /// Seconds that a worker is set aside at first; twice as long each further time, up to sixteen times.
    package var setAside = 60.0
    /// Different workers on which a task fails before its job is given up.
    package var poisonLimit = 3
    /// Seconds before a task's second failure is tried again; twice as long each further time.
    package var retryDelay = 0.5

    /// Seconds of waiting that a level of priority is worth.
    package var priorityHeadStart = 60.0

    /// Jobs in the queue, running ones among them.
    package var jobLimit = 10_000
    /// Tasks of one job that are not forgotten yet.
    package var taskLimit = 100_000
    /// Connected workers; at most ``WorkerSet/capacity`` less the coordinator's own device.
    package var workerLimit = 500

    package init() {}

    /// Seconds that a worker is set aside that was so often before.
    func setAside(after times: Int) -> Double { setAside * Double(1 << min(times, 4)) }

    /// The most seconds that a worker is set aside.
    var longestSetAside: Double { setAside(after: .max) }

    /// Seconds from its start after which an attempt has taken too long.
    func overrun(ofExpected seconds: Double) -> Double { max(hedgeThreshold * seconds, seconds + hedgePatience) }
}
