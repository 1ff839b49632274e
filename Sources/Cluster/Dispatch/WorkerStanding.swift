/// Whether a worker gets anything, as it is to be remembered when the coordinator ends.
public struct WorkerStanding: Sendable, Hashable {
    /// What it is called.
    public let name: String
    /// Whether it gets nothing until somebody says otherwise.
    public let isHeld: Bool
    /// For how long it still gets nothing because it failed too often; nil when it does not.
    public let setAsideSeconds: Double?
    /// How often it was set aside without a success since.
    public let timesSetAside: Int

    /// - Parameters:
    ///   - name: what it is called.
    ///   - isHeld: whether it gets nothing until somebody says otherwise.
    ///   - setAsideSeconds: for how long it still gets nothing because it failed too often.
    ///   - timesSetAside: how often it was set aside without a success since.
    public init(name: String, isHeld: Bool, setAsideSeconds: Double? = nil, timesSetAside: Int = 0) {
        self.name = name
        self.isHeld = isHeld
        self.setAsideSeconds = setAsideSeconds.flatMap { $0.isFinite ? $0 : nil }
        self.timesSetAside = min(max(timesSetAside, 0), 1000)
    }

    init(_ machine: MachineRecord, now: MonotonicInstant) {
        self.init(
            name: machine.name, isHeld: machine.isHeld, setAsideSeconds: machine.setAsideUntil.map { $0 - now },
            timesSetAside: machine.timesSetAside)
    }
}
