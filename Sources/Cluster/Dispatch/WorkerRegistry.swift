/// The workers that are connected, and what is known of those that were.
///
/// A worker is *available* while it may be given anything: not draining, not held, not set aside, not silent. It is *open* while it
/// is available and its queue has room.
struct WorkerRegistry: Sendable {
    /// So many names are remembered; then those that left first are forgotten.
    static let machineLimit = 4096

    private let policy: DispatchPolicy
    private var slots: [WorkerRecord?] = []
    private var slotOf: [WorkerID: Int] = [:]
    private var machineOf: [String: Int] = [:]
    private var machines: [Int: MachineRecord] = [:]
    private var nextMachine = 0
    private(set) var available = WorkerSet()
    private(set) var open = WorkerSet()
    /// Machines whose being held or set aside has changed and was not reported.
    private var changed: [Int] = []

    init(policy: DispatchPolicy) { self.policy = policy }

    /// In the order of their slots.
    var all: [WorkerRecord] { slots.compactMap { $0 } }

    /// Whether another worker finds no place.
    var isFull: Bool {
        // One slot is kept for the coordinator's own device.
        slotOf.count - (slotOf[.local] == nil ? 0 : 1) >= min(policy.workerLimit, WorkerSet.capacity - 1)
    }

    subscript(slot slot: Int) -> WorkerRecord? { slots.indices.contains(slot) ? slots[slot] : nil }
    subscript(id: WorkerID) -> WorkerRecord? { slotOf[id].flatMap { slots[$0] } }

    /// The machine with this number.
    func machine(_ index: Int) -> MachineRecord? { machines[index] }

    /// The connection under this name.
    func worker(named name: String) -> WorkerRecord? {
        machineOf[name].flatMap { machines[$0]?.worker }.flatMap { self[$0] }
    }

    /// Gives a worker the lowest free slot; the caller has seen that there is one.
    ///
    /// - Returns: the worker and the numbers of machines that were forgotten for it.
    mutating func join(_ id: WorkerID, _ description: WorkerDescription, now: MonotonicInstant) -> (WorkerRecord, [Int])
    {
        let slot = slots.firstIndex { $0 == nil } ?? slots.count
        if slot == slots.count { slots.append(nil) }
        var forgotten: [Int] = []
        let machine: Int
        if let known = machineOf[description.name] {
            machine = known
        } else {
            if machines.count >= Self.machineLimit { forgotten = forgetOldMachines() }
            machine = addMachine(MachineRecord(name: description.name))
        }
        machines[machine]?.worker = id
        let worker = WorkerRecord(id: id, slot: slot, machine: machine, description: description, renewedAt: now)
        slots[slot] = worker
        slotOf[id] = slot
        refresh(worker)
        return (worker, forgotten)
    }

    private mutating func addMachine(_ machine: MachineRecord) -> Int {
        nextMachine += 1
        machineOf[machine.name] = nextMachine - 1
        machines[nextMachine - 1] = machine
        return nextMachine - 1
    }

    /// Takes in how a worker stood when the coordinator ended.
    ///
    /// - Returns: its machine; nil for one that is known already, or one too many.
    mutating func restore(_ standing: WorkerStanding, now: MonotonicInstant) -> Int? {
        guard machineOf[standing.name] == nil, machines.count < Self.machineLimit else { return nil }
        var machine = MachineRecord(name: standing.name)
        machine.isHeld = standing.isHeld
        machine.timesSetAside = standing.timesSetAside
        if let seconds = standing.setAsideSeconds, seconds > 0 {
            // However the clock was set meanwhile, it is no longer than it can have been.
            machine.setAsideUntil = now + min(seconds, policy.longestSetAside)
        }
        return addMachine(machine)
    }

    /// The number of a machine that is known.
    func machine(named name: String) -> Int? { machineOf[name] }

    /// Machines that get nothing and are not connected, by name.
    var absent: [MachineRecord] {
        machines.values.filter { $0.worker == nil && ($0.isHeld || $0.setAsideUntil != nil) }
            .sorted { $0.name < $1.name }
    }

    /// Those whose being held or set aside has changed since the last time.
    mutating func takeChanged() -> [MachineRecord] {
        guard !changed.isEmpty else { return [] }
        defer { changed = [] }
        return changed.compactMap { machines[$0] }
    }

    mutating func remove(_ id: WorkerID) {
        guard let slot = slotOf.removeValue(forKey: id), let worker = slots[slot] else { return }
        slots[slot] = nil
        available.set(slot, to: false)
        open.set(slot, to: false)
        if machines[worker.machine]?.worker == id { machines[worker.machine]?.worker = nil }
    }

    /// Changes a worker; its being available and open follow.
    mutating func update(_ id: WorkerID, _ change: (inout WorkerRecord) -> Void) {
        guard let slot = slotOf[id], var worker = slots[slot] else { return }
        // The slot gives the worker up while it changes, so that its queue is not copied.
        slots[slot] = nil
        change(&worker)
        slots[slot] = worker
        refresh(worker)
    }

    /// Changes what stays known of a worker.
    mutating func updateMachine(_ index: Int, _ change: (inout MachineRecord) -> Void) {
        guard var machine = machines[index] else { return }
        let (wasHeld, wasSetAside) = (machine.isHeld, machine.setAsideUntil)
        change(&machine)
        machines[index] = machine
        if machine.isHeld != wasHeld || machine.setAsideUntil != wasSetAside { changed.append(index) }
        if let worker = machine.worker.flatMap({ self[$0] }) { refresh(worker) }
    }

    private mutating func refresh(_ worker: WorkerRecord) {
        let isAvailable =
            !worker.isDraining && worker.silentSince == nil && machines[worker.machine]?.setAsideUntil == nil
            && machines[worker.machine]?.isHeld != true
        let depth = worker.isLocal ? policy.localDepth : policy.prefetchDepth
        available.set(worker.slot, to: isAvailable)
        open.set(worker.slot, to: isAvailable && worker.queue.count < depth)
    }

    private mutating func forgetOldMachines() -> [Int] {
        let idle = machines.filter { $0.value.worker == nil && !$0.value.isHeld }.keys.sorted()
        let forgotten = Array(idle.prefix(max(1, idle.count / 2)))
        for index in forgotten {
            if let name = machines.removeValue(forKey: index)?.name { machineOf[name] = nil }
        }
        return forgotten
    }
}
