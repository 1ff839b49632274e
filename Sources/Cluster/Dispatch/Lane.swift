/// What a ready task asks of a worker. Tasks that ask the same wait in one lane.
struct LaneKey: Hashable, Sendable {
    /// Needed; nil where any class will do.
    var numericsClass: NumericsClass?
    /// Needed.
    var operation: ClusterOperation
    /// Needed; nil where no model takes part.
    var model: String?
    /// Bytes; needed. Rounded up, so that hardly different tasks do not make a lane each.
    var memory: Int

    /// Wished for, as long as such a worker is there: more memory than on a worker where it was not enough.
    var memoryAbove = -1
    /// Wished for: not these machines, in ascending order, on which the task failed.
    var excluded: [Int] = []
    /// Wished for: the worker that holds the task's data, or is to begin with it.
    var holder: WorkerID?

    /// Whether a worker can do it at all.
    func admits(_ worker: WorkerRecord) -> Bool {
        let description = worker.description
        return description.memory >= memory && description.operations.contains(operation)
            && (numericsClass == nil || description.numericsClass == numericsClass)
            && (model.map(description.models.contains) ?? true)
    }

    /// Whether a worker that can do it is also one that is wished for.
    func prefers(_ worker: WorkerRecord) -> Bool {
        worker.description.memory > memoryAbove && !excluded.contains(worker.machine)
            && (holder == nil || holder == worker.id)
    }

    /// Bytes rounded up to four significant bits.
    static func roundedMemory(_ bytes: Int) -> Int {
        let shift = max(0, Int.bitWidth - bytes.leadingZeroBitCount - 4)
        let units = (bytes >> shift) + (bytes & ((1 << shift) - 1) == 0 ? 0 : 1)
        let (rounded, overflow) = units.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? .max : rounded
    }
}

/// Ready tasks that ask the same of a worker, by tenant, job and length.
struct Lane: Sendable {
    /// What goes first within a tenant's jobs.
    struct JobOrder: Comparable, Sendable {
        /// When the job was added, less the head start of its priority, in nanoseconds: waiting makes up for priority.
        var key: Int64
        var job: JobID

        static func < (left: JobOrder, right: JobOrder) -> Bool { (left.key, left.job) < (right.key, right.job) }
    }

    /// What goes first within a job: the longest.
    struct TaskOrder: Comparable, Sendable {
        var work: Double
        var task: TaskID

        static func < (left: TaskOrder, right: TaskOrder) -> Bool {
            (-left.work, left.task) < (-right.work, right.task)
        }
    }

    private struct TenantOrder: Comparable, Sendable {
        var virtualTime: Double
        var tenant: TenantID

        static func < (left: TenantOrder, right: TenantOrder) -> Bool {
            (left.virtualTime, left.tenant) < (right.virtualTime, right.tenant)
        }
    }

    private struct JobTasks: Sendable {
        var tasks = PriorityQueue<TaskOrder>()
        /// Those of the heap that are still ready.
        var ready: Set<TaskID> = []
    }

    /// The first task of a lane, and how it compares with those of other lanes.
    struct Head: Sendable {
        var virtualTime: Double
        var tenant: TenantID
        var job: JobOrder
        var task: TaskOrder

        func goesBefore(_ other: Head) -> Bool {
            if (virtualTime, tenant) != (other.virtualTime, other.tenant) {
                return (virtualTime, tenant) < (other.virtualTime, other.tenant)
            }
            return job != other.job ? job < other.job : task < other.task
        }
    }

    let key: LaneKey
    /// Connected workers that can do its tasks.
    private var admitted = WorkerSet()
    /// Those of them that are wished for.
    private var preferred = WorkerSet()
    private(set) var count = 0
    /// Heaps are cleaned when looked at: an entry that no longer counts is dropped once it comes first. A tenant is in
    /// the heap as long as it has jobs below, a job as long as it has tasks below.
    private var tenants = PriorityQueue<TenantOrder>()
    private var jobsOfTenant: [TenantID: PriorityQueue<JobOrder>] = [:]
    private var tasksOfJob: [JobID: JobTasks] = [:]

    init(key: LaneKey) { self.key = key }

    /// All that wait, in no particular order.
    var tasks: [TaskID] { tasksOfJob.values.flatMap(\.ready) }

    private init(copyingWorkersOf other: Lane) {
        key = other.key
        admitted = other.admitted
        preferred = other.preferred
    }

    /// Who may do the lane's tasks: those that are wished for, or all that can where there are none.
    var eligible: WorkerSet { preferred.isEmpty ? admitted : preferred }

    /// Takes note of a worker that joined or changed.
    mutating func consider(_ worker: WorkerRecord) {
        let isAdmitted = key.admits(worker)
        admitted.set(worker.slot, to: isAdmitted)
        preferred.set(worker.slot, to: isAdmitted && key.prefers(worker))
    }

    mutating func forget(slot: Int) {
        admitted.set(slot, to: false)
        preferred.set(slot, to: false)
    }

    mutating func insert(_ task: TaskOrder, job: JobOrder, tenant: TenantID, virtualTime: Double) {
        if jobsOfTenant[tenant] == nil {
            jobsOfTenant[tenant] = PriorityQueue()
            tenants.insert(TenantOrder(virtualTime: virtualTime, tenant: tenant))
        }
        if tasksOfJob[job.job] == nil {
            tasksOfJob[job.job] = JobTasks()
            jobsOfTenant[tenant]?.insert(job)
        }
        if tasksOfJob[job.job]?.ready.insert(task.task).inserted == true {
            tasksOfJob[job.job]?.tasks.insert(task)
            count += 1
        }
    }

    mutating func remove(_ task: TaskID, of job: JobID) {
        if tasksOfJob[job]?.ready.remove(task) != nil { count -= 1 }
        if tasksOfJob[job]?.ready.isEmpty == true { tasksOfJob[job]?.tasks = PriorityQueue() }
        if count == 0 { self = Lane(copyingWorkersOf: self) }
    }

    /// The first task by the tenants' virtual times, which only ever grow.
    mutating func head(virtualTimes: (TenantID) -> Double) -> Head? {
        while let order = tenants.first {
            let virtualTime = virtualTimes(order.tenant)
            guard let (job, task) = firstTask(of: order.tenant) else {
                tenants.removeFirst()
                jobsOfTenant[order.tenant] = nil
                continue
            }
            if virtualTime > order.virtualTime {
                tenants.removeFirst()
                tenants.insert(TenantOrder(virtualTime: virtualTime, tenant: order.tenant))
                continue
            }
            return Head(virtualTime: virtualTime, tenant: order.tenant, job: job, task: task)
        }
        return nil
    }

    private mutating func firstTask(of tenant: TenantID) -> (JobOrder, TaskOrder)? {
        while let job = jobsOfTenant[tenant]?.first {
            while let task = tasksOfJob[job.job]?.tasks.first {
                if tasksOfJob[job.job]?.ready.contains(task.task) == true { return (job, task) }
                tasksOfJob[job.job]?.tasks.removeFirst()
            }
            jobsOfTenant[tenant]?.removeFirst()
            tasksOfJob[job.job] = nil
        }
        return nil
    }
}
