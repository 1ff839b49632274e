import ClusterMessages
import Logging
import NIOCore
import Tensors

/// A worker's end of one connection: takes tasks in, computes them one after the other, and sends what they give.
///
/// The next task's inputs come in while one computes. Messages and heartbeats are handled on threads that computing
/// never occupies.
actor WorkerDuty {
    /// Why a connection ended in order.
    enum Ending: Sendable {
        /// Everything is done and nothing more is wanted.
        case drained
    }

    /// A task that was accepted.
    private struct Job {
        let offer: TaskOffer
        let stream: UInt64
        let arrived: ContinuousClock.Instant
        var collector: TensorCollector?
        var inputs: [Tensor?]
    }

    private let connection: WireConnection
    private let shelf: any ModelShelf
    private let log: Logger
    private let slots: Int
    private var jobs: [TaskAttempt: Job] = [:]
    private var attemptOfStream: [UInt64: TaskAttempt] = [:]
    /// Attempts whose input comes with another, which they wait for.
    private var followers: [TaskAttempt: [TaskAttempt]] = [:]
    private var store: TensorStore
    private let ready: AsyncStream<TaskAttempt>
    private let queue: AsyncStream<TaskAttempt>.Continuation
    private var isDraining = false
    private var (completed, failed): (UInt64, UInt64) = (0, 0)
    private var received: UInt64 = 0

    init(_ connection: WireConnection, shelf: any ModelShelf, slots: Int, tensorCache: Int, log: Logger) {
        self.connection = connection
        self.shelf = shelf
        self.slots = slots
        self.log = log
        store = TensorStore(capacity: tensorCache)
        (ready, queue) = AsyncStream.makeStream()
    }

    /// Works until the connection ends.
    ///
    /// - Returns: nil when the connection simply ended.
    /// - Throws: what broke it.
    nonisolated func run(
        _ frames: inout FrameIterator, _ outbound: NIOAsyncChannelOutboundWriter<Frame>, of channel: FrameChannel,
        tensorCache: Int
    ) async throws -> Ending? {
        try await introduce(tensorCache: tensorCache)
        do {
            try await connection.run(&frames, outbound, of: channel) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    defer { group.cancelAll() }
                    group.addTask { try await self.compute() }
                    group.addTask { try await self.beat() }
                    try await group.next()
                }
            } receive: { message, stream in
                try await self.receive(message, stream)
            }
        } catch let error as ClusterError {
            guard await isDrained, error.kind == .connection else { throw error }
            return .drained
        }
        return await isDrained ? .drained : nil
    }

    private var isDrained: Bool { isDraining && jobs.isEmpty }

    /// Takes nothing more; what was taken is finished.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        try? connection.outbox.send(.status(status))
    }

    private func introduce(tensorCache: Int) async throws {
        let capabilities = WorkerCapabilities(
            devices: [.init(name: shelf.deviceName, memoryByteCount: 0)], memoryByteCount: min(shelf.memory, 1 << 50),
            operations: Set(OperationKind.allCases).subtracting([.denoise]), models: await shelf.models,
            taskSlots: slots, tensorCacheByteCount: tensorCache, threads: shelf.threads)
        try connection.outbox.send(.capabilities(capabilities))
        try connection.outbox.send(.canaryResult(await shelf.canary()))
    }

    private var sequence: UInt64 = 0

    private var status: WorkerStatus {
        sequence += 1
        return WorkerStatus(
            sequence: sequence, progress: shelf.progress &+ received,
            running: Array(jobs.keys.prefix(256)), completedTasks: completed, failedTasks: failed,
            usedMemoryByteCount: 0, isDraining: isDraining)
    }

    /// Says that the worker lives and how far it is, and closes a connection on which nothing comes.
    private func beat() async throws {
        let heartbeat = Duration.milliseconds(connection.welcome.heartbeatMilliseconds)
        while true {
            try await Task.sleep(for: heartbeat)
            try connection.outbox.send(.status(status))
            guard connection.silence < max(heartbeat * 5, .milliseconds(500)) else {
                throw ClusterError(.connection, "nothing came for \(connection.silence.milliseconds) ms")
            }
        }
    }

    private func receive(_ message: WireMessage, _ stream: UInt64) async throws {
        switch message {
        case .taskOffer(let offer): try await take(offer, stream)
        case .data(let chunk): try chunkCame(chunk, stream)
        case .cancel(let attempt):
            forget(attempt)
            try connection.outbox.send(.cancelled(attempt))
        case .attemptClosed(let closure): forget(closure.attempt)
        case .sessionClosed(let session): await shelf.close(session: session)
        case .modelQuery(let model):
            let isReady = await shelf.models.contains(model)
            try connection.outbox.send(.modelState(ModelState(model: model, availability: isReady ? .ready : .absent)))
        case .drain: drain()
        case .reset:
            if let attempt = attemptOfStream[stream] { forget(attempt) }
        case .tensorDrop: break
        default:
            throw WireError(
                .malformed, "message", expected: "what a coordinator may say", found: "something else",
                remedy: "update one of the two")
        }
    }

    // Tasks on their way in.

    private func take(_ offer: TaskOffer, _ stream: UInt64) async throws {
        let attempt = offer.attempt
        // The same attempt comes again when something was missing.
        forget(attempt)
        if isDraining { return try decline(attempt, .draining, "") }
        guard jobs.count < slots else { return try decline(attempt, .busy, "\(jobs.count) tasks are here already") }
        guard offer.inputs.reduce(0, { $0 + $1.byteCount }) <= shelf.memory else {
            return try decline(attempt, .outOfMemory, "its inputs do not fit")
        }
        guard let model = offer.model, await shelf.runner(for: model) != nil else {
            return try decline(attempt, .modelMissing, "")
        }
        var inputs: [Tensor?] = []
        var headers: [TensorHeader] = []
        for input in offer.inputs {
            switch input {
            case .inline(let header):
                headers.append(header)
                inputs.append(nil)
            case .stored(let reference):
                guard let tensor = store.tensor(reference) else {
                    return try decline(attempt, .tensorMissing, "\(reference.sha256) is not held any more")
                }
                inputs.append(tensor)
            }
        }
        jobs[attempt] = Job(
            offer: offer, stream: stream, arrived: .now,
            collector: headers.isEmpty ? nil : try TensorCollector(headers, limit: shelf.memory), inputs: inputs)
        attemptOfStream[stream] = attempt
        try connection.outbox.send(.taskAccept(attempt))
        guard headers.isEmpty else { return }
        let leader = offer.operation.heldInput.flatMap { input in
            jobs.first { $0.value.collector != nil && $0.value.offer.operation.heldInput == input }?.key
        }
        if let leader { followers[leader, default: []].append(attempt) } else { queue.yield(attempt) }
    }

    /// Lets those go on that waited for an input, whether it came or not.
    private func release(_ leader: TaskAttempt) {
        for attempt in followers.removeValue(forKey: leader) ?? [] { queue.yield(attempt) }
    }

    private func chunkCame(_ chunk: TensorChunk, _ stream: UInt64) throws {
        received &+= 1
        // What was cancelled may still be on its way.
        guard let attempt = attemptOfStream[stream], jobs[attempt]?.collector != nil else { return }
        try jobs[attempt]?.collector?.append(chunk)
        guard let job = jobs[attempt], let collector = job.collector, collector.isComplete else { return }
        var tensors = try collector.finish()[...]
        for (index, input) in job.offer.inputs.enumerated() {
            guard case .inline(let header) = input, let tensor = tensors.popFirst() else { continue }
            if let digest = header.sha256 { store.keep(tensor, as: digest) }
            jobs[attempt]?.inputs[index] = tensor
        }
        jobs[attempt]?.collector = nil
        queue.yield(attempt)
        release(attempt)
    }

    private func decline(_ attempt: TaskAttempt, _ reason: TaskDecline.Reason, _ text: String) throws {
        try connection.outbox.send(.taskDecline(TaskDecline(attempt, reason, text: text)))
    }

    private func forget(_ attempt: TaskAttempt) {
        guard let job = jobs.removeValue(forKey: attempt) else { return }
        attemptOfStream[job.stream] = nil
        connection.outbox.drop(stream: job.stream)
        release(attempt)
    }

    // Computing.

    private func compute() async throws {
        for await attempt in ready {
            // It may have been cancelled meanwhile, or have come again with an input that is still on its way.
            guard let job = jobs[attempt], job.collector == nil else { continue }
            try await carryOut(job)
        }
    }

    private func carryOut(_ job: Job) async throws {
        let attempt = job.offer.attempt
        let begun = ContinuousClock.now
        do {
            guard let model = job.offer.model, let runner = await shelf.runner(for: model) else {
                throw TaskRunnerError.unsupported("the model is gone")
            }
            let start = ContinuousClock.now
            let output = try await runner.run(job.offer.operation, inputs: job.inputs.compactMap(\.self))
            let seconds = ContinuousClock.now - start
            guard jobs[attempt] != nil else { return }
            try send(output, of: job, waited: begun - job.arrived, computed: seconds)
            completed &+= 1
        } catch let error as TaskRunnerError {
            guard jobs[attempt] != nil else { return }
            failed &+= 1
            try report(error, attempt)
        }
        forget(attempt)
    }

    private func send(_ output: TaskOutput, of job: Job, waited: Duration, computed: Duration) throws {
        let encoders = try output.tensors.map { tensor throws(WireError) in
            try TensorEncoder(
                tensor, chunkByteCount: connection.welcome.chunkByteCount, compression: .never)
        }
        let result = TaskResult(
            attempt: job.offer.attempt, outputs: encoders.map(\.header), statistics: output.statistics,
            loadNanoseconds: 0, transferNanoseconds: waited.nanoseconds, computeNanoseconds: computed.nanoseconds)
        // The tensors are sent on after the task is forgotten here.
        attemptOfStream[job.stream] = nil
        jobs[job.offer.attempt] = nil
        try connection.outbox.send(.taskResult(result), followedBy: encoders, stream: job.stream)
    }

    private func report(_ error: TaskRunnerError, _ attempt: TaskAttempt) throws {
        log.notice("task not carried out", metadata: ["task": "\(attempt.task)", "reason": "\(error)"])
        switch error {
        case .inputMissing: try decline(attempt, .sessionMissing, "\(error)")
        case .outOfMemory: try decline(attempt, .outOfMemory, "\(error)")
        case .unsupported: try decline(attempt, .unsupported, "\(error)")
        case .impossible(let what):
            try connection.outbox.send(.taskFailed(TaskFailure(attempt, .poison, text: String(what.prefix(1000)))))
        }
    }
}

extension TaskOperation {
    /// What of its input may have come with an earlier task.
    fileprivate var heldInput: HeldInput? {
        switch self {
        case .tile(let tile): HeldInput(session: tile.session, tile: tile.tile)
        case .attend(let stretch): HeldInput(session: stretch.session, tile: nil)
        default: nil
        }
    }
}

extension Duration {
    /// Whole nanoseconds, none for a negative duration.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds) / 1_000_000_000)
    }
}
