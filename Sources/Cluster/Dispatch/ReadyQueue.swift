/// The tasks that wait for a worker, and whose turn it is.
///
/// Tenants share by weighted fair queueing: each has a virtual time, the predicted seconds it was served over its weight,
/// and the lowest goes first. Whoever comes back after a pause begins at the time of those being served, so a pause saves
/// nothing up.
struct ReadyQueue: Sendable {
    private struct Tenant: Sendable {
        var virtualTime = 0.0
        var ready = 0
    }

    /// So many empty lanes are kept for the next tasks of their kind.
    private static let spareLimit = 256
    /// So many tenants are remembered beyond those with ready tasks.
    private static let tenantLimit = 20_000

    private var lanes: [Lane?] = []
    private var indexOf: [LaneKey: Int] = [:]
    /// Lanes with tasks, ascending.
    private var occupied: [Int] = []
    private var vacant: [Int] = []
    private var tenants: [TenantID: Tenant] = [:]
    /// The highest virtual time at which anyone was served.
    private var served = 0.0
    /// Of all lanes.
    private(set) var count = 0

    /// A task whose turn it is, its lane, and the workers that may do it.
    struct Turn: Sendable {
        var task: TaskID
        var tenant: TenantID
        var lane: Int
        var eligible: WorkerSet
    }

    /// The predicted seconds over weight that a tenant was served.
    func virtualTime(of tenant: TenantID) -> Double { tenants[tenant]?.virtualTime ?? 0 }

    /// What the tasks of a lane ask for.
    func key(lane: Int) -> LaneKey? { lanes[lane]?.key }

    func eligible(lane: Int) -> WorkerSet { lanes[lane]?.eligible ?? WorkerSet() }

    /// The tasks that wait for this worker before all others, ascending.
    func tasks(holder: WorkerID) -> [TaskID] {
        occupied.flatMap { lanes[$0].map { $0.key.holder == holder ? $0.tasks : [] } ?? [] }.sorted()
    }

    /// - Returns: the lane that it waits in.
    mutating func insert(
        _ task: Lane.TaskOrder, job: Lane.JobOrder, tenant: TenantID, key: LaneKey,
        workers: @autoclosure () -> [WorkerRecord]
    ) -> Int {
        let index = indexOf[key] ?? makeLane(key, workers: workers())
        var state = tenants[tenant] ?? Tenant()
        if state.ready == 0 { state.virtualTime = max(state.virtualTime, served) }
        if tenants.count >= Self.tenantLimit, tenants[tenant] == nil { forgetTenants() }
        let before = lanes[index]?.count ?? 0
        lanes[index]?.insert(task, job: job, tenant: tenant, virtualTime: state.virtualTime)
        let added = (lanes[index]?.count ?? 0) - before
        state.ready += added
        count += added
        tenants[tenant] = state
        if before == 0, added > 0 {
            occupied.insert(index, at: occupied.firstIndex { $0 > index } ?? occupied.endIndex)
        }
        return index
    }

    mutating func remove(_ task: TaskID, of job: JobID, tenant: TenantID, lane index: Int) {
        let before = lanes[index]?.count ?? 0
        lanes[index]?.remove(task, of: job)
        let removed = before - (lanes[index]?.count ?? 0)
        count -= removed
        tenants[tenant]?.ready -= removed
        if removed > 0, lanes[index]?.count == 0 { occupied.removeAll { $0 == index } }
    }

    /// Adds predicted seconds to what the tenant was served.
    mutating func charge(_ tenant: TenantID, seconds: Double, weight: Double) {
        guard var state = tenants[tenant] else { return }
        served = max(served, state.virtualTime)
        state.virtualTime += seconds / weight
        tenants[tenant] = state
    }

    /// The next task for which one of these workers is eligible, lanes set apart left out.
    mutating func next(for workers: WorkerSet, without blocked: [Int]) -> Turn? {
        var best: (head: Lane.Head, lane: Int, eligible: WorkerSet)?
        let tenants = tenants
        for index in occupied where !blocked.contains(index) {
            guard let eligible = lanes[index]?.eligible, !eligible.intersection(workers).isEmpty,
                let head = lanes[index]?.head(virtualTimes: { tenants[$0]?.virtualTime ?? 0 })
            else { continue }
            if let other = best, !head.goesBefore(other.head) { continue }
            best = (head, index, eligible)
        }
        return best.map { Turn(task: $0.head.task.task, tenant: $0.head.tenant, lane: $0.lane, eligible: $0.eligible) }
    }

    /// Takes note of a worker that joined or changed.
    mutating func consider(_ worker: WorkerRecord) {
        for index in lanes.indices { lanes[index]?.consider(worker) }
    }

    mutating func forget(slot: Int) {
        for index in lanes.indices { lanes[index]?.forget(slot: slot) }
    }

    private mutating func makeLane(_ key: LaneKey, workers: [WorkerRecord]) -> Int {
        if indexOf.count - occupied.count > Self.spareLimit { forgetSpareLanes() }
        var lane = Lane(key: key)
        for worker in workers { lane.consider(worker) }
        let index: Int
        if let reused = vacant.popLast() {
            index = reused
            lanes[index] = lane
        } else {
            index = lanes.count
            lanes.append(lane)
        }
        indexOf[key] = index
        return index
    }

    private mutating func forgetSpareLanes() {
        for index in lanes.indices where lanes[index]?.count == 0 {
            if let key = lanes[index]?.key { indexOf[key] = nil }
            lanes[index] = nil
            vacant.append(index)
        }
    }

    /// Those that would begin at the time of the others anyway.
    private mutating func forgetTenants() {
        tenants = tenants.filter { $0.value.ready > 0 || $0.value.virtualTime > served }
    }
}
