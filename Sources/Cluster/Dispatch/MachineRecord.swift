/// What stays known of a worker between its connections.
struct MachineRecord: Sendable {
    let name: String
    /// When it failed lately, in order.
    var strikes: [MonotonicInstant] = []
    /// It gets nothing until then.
    var setAsideUntil: MonotonicInstant?
    /// It gets nothing until somebody says otherwise, also after it has come back.
    var isHeld = false
    /// How often it was set aside without a success since.
    var timesSetAside = 0
    /// Its connection, where it has one.
    var worker: WorkerID?

    /// Counts a failure; one too many sets it aside.
    mutating func strike(at now: MonotonicInstant, policy: DispatchPolicy) {
        strikes.removeAll { now - $0 > policy.strikeWindow }
        strikes.append(now)
        guard strikes.count >= policy.strikeLimit, setAsideUntil == nil else { return }
        setAsideUntil = now + policy.setAside(after: timesSetAside)
        timesSetAside += 1
    }

    /// Takes back a failure that was not the worker's fault.
    mutating func forgive(_ strike: MonotonicInstant, policy: DispatchPolicy) {
        guard let index = strikes.firstIndex(of: strike) else { return }
        strikes.remove(at: index)
        guard setAsideUntil != nil, strikes.count < policy.strikeLimit else { return }
        setAsideUntil = nil
        timesSetAside -= 1
    }

    /// Lets it back.
    mutating func pardon() {
        setAsideUntil = nil
        strikes = []
    }
}
