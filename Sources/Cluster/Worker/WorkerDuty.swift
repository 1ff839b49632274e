import ClusterMessages
import Logging
import NIOCore
import Telemetry
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
        /// When all inputs had come; they may wait then for other tasks.
        var complete: ContinuousClock.Instant
        var collector: TensorCollector?
        var inputs: [Tensor?]
    }

    private let connection: WireConnection
    private let shelf: any ModelShelf
    private let log: Logger
    private let slots: Int
    private let compression: CompressionPolicy
    private var jobs: [TaskAttempt: Job] = [:]
    private var attemptOfStream: [UInt64: TaskAttempt] = [:]
    private var store: TensorStore
    /// The tasks as they were offered: they are computed in this order, as later ones may need what earlier ones brought.
    private var order: [TaskAttempt] = []
    /// What is being computed.
    private var running: (attempt: TaskAttempt, task: Task<TaskOutput, any Error>)?
    private let wake: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private var isDraining = false
    private var (completed, failed): (UInt64, UInt64) = (0, 0)
    /// Has memory that a task leaves serve the next ones, as long as they follow one another.
    private var memoryBetweenTasks: TensorMemory.Pass?
    /// How many tasks had ended at the last heartbeat.
    private var endedBefore: UInt64 = 0
    private var received: UInt64 = 0

    /// Fetches models; nil where none are.
    private let puller: ModelPuller?

    init(
        _ connection: WireConnection, shelf: any ModelShelf, slots: Int, tensorCache: Int, cache: ModelCache?,
        compression: CompressionPolicy,
        log: Logger
    ) {
        puller = cache.map { ModelPuller(cache: $0, shelf: shelf, outbox: connection.outbox, log: log) }
        self.connection = connection
        self.shelf = shelf
        self.slots = slots
        self.compression = compression
        self.log = log
        store = TensorStore(capacity: tensorCache)
        (wake, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
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
            guard await isDrained, [.connection, .closed].contains(error.kind) else { throw error }
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
            operations: Set(OperationKind.allCases), models: await shelf.models,
            taskSlots: slots, tensorCacheByteCount: tensorCache, threads: shelf.threads)
        try connection.outbox.send(.capabilities(capabilities))
        try connection.outbox.send(.canaryResult(await shelf.canary()))
    }

    private var sequence: UInt64 = 0
    /// When the inputs of a task were complete last; those of the next were behind them.
    private var inputsComplete: ContinuousClock.Instant?

    private var status: WorkerStatus {
        sequence += 1
        return WorkerStatus(
            sequence: sequence, progress: shelf.progress &+ received,
            running: Array(jobs.keys.prefix(256)), completedTasks: completed, failedTasks: failed,
            usedMemoryByteCount: 0, isDraining: isDraining)
    }

    /// Says that the worker lives and how far it is, and closes a connection on which nothing comes.
    private func beat() async throws {
        try await connection.beat { try await self.sendStatus() }
    }

    private func sendStatus() throws {
        if jobs.isEmpty, completed + failed == endedBefore { memoryBetweenTasks = nil }
        endedBefore = completed + failed
        try connection.outbox.send(.status(status))
    }

    private func receive(_ message: WireMessage, _ stream: UInt64) async throws {
        switch message {
        case .taskOffer(let offer): try await take(offer, stream)
        case .data(let chunk): try await chunkCame(chunk, stream)
        case .modelManifest(let manifest): try await puller?.manifestCame(manifest)
        case .tensorPut(let header): try await puller?.fileBegins(header, stream: stream)
        case .cancel(let attempt):
            forget(attempt)
            try connection.outbox.send(.cancelled(attempt))
        case .attemptClosed(let closure): forget(closure.attempt)
        case .sessionClosed(let session): await shelf.close(session: session)
        case .modelQuery(let model):
            if await shelf.models.contains(model) {
                try connection.outbox.send(.modelState(ModelState(model: model, availability: .ready)))
            } else if let puller {
                try await puller.fetch(model)
            } else {
                try connection.outbox.send(.modelState(ModelState(model: model, availability: .absent)))
            }
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
            offer: offer, stream: stream, arrived: .now, complete: .now,
            collector: headers.isEmpty ? nil : try TensorCollector(headers, limit: shelf.memory), inputs: inputs)
        attemptOfStream[stream] = attempt
        order.append(attempt)
        if memoryBetweenTasks == nil { memoryBetweenTasks = TensorMemory.Pass() }
        log.debug("task taken", metadata: metadata(offer))
        if headers.isEmpty { signal.yield() }
    }

    private func chunkCame(_ chunk: TensorChunk, _ stream: UInt64) async throws {
        received &+= 1
        if let puller, try await puller.chunkCame(chunk, stream: stream) { return }
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
        jobs[attempt]?.complete = .now
        if job.offer.isAccepted { try accept(job) }
        signal.yield()
    }

    private func accept(_ job: Job) throws {
        let since = max(job.arrived, inputsComplete ?? job.arrived)
        inputsComplete = .now
        try connection.outbox.send(
            .taskAccept(
                TaskAcceptance(
                    job.offer.attempt, transferNanoseconds: (ContinuousClock.now - since).nanoseconds)))
    }

    private func decline(_ attempt: TaskAttempt, _ reason: TaskDecline.Reason, _ text: String) throws {
        try connection.outbox.send(.taskDecline(TaskDecline(attempt, reason, text: text)))
    }

    private func forget(_ attempt: TaskAttempt) {
        guard let job = jobs.removeValue(forKey: attempt) else { return }
        attemptOfStream[job.stream] = nil
        if let running, running.attempt == attempt { running.task.cancel() }
        order.removeAll { $0 == attempt }
        connection.outbox.drop(stream: job.stream)
        signal.yield()
    }

    // Computing.

    private func compute() async throws {
        for await _ in wake {
            while let job = nextJob { try await carryOut(job) }
        }
    }

    /// The first task, once all of its inputs are here.
    private var nextJob: Job? {
        guard let job = order.first.flatMap({ jobs[$0] }), job.collector == nil else { return nil }
        return job
    }

    private func carryOut(_ job: Job) async throws {
        let attempt = job.offer.attempt
        do {
            guard let model = job.offer.model, let runner = await shelf.runner(for: model) else {
                throw TaskRunnerError.unsupported("the model is gone")
            }
            // Loading a model takes long enough for the task to be given up.
            guard jobs[attempt] != nil else { return }
            let start = ContinuousClock.now
            let output = try await run(job, runner)
            let seconds = ContinuousClock.now - start
            guard jobs[attempt] != nil else { return }
            try send(output, of: job, waited: job.complete - job.arrived, computed: seconds)
            completed &+= 1
            log.debug("task carried out", metadata: metadata(job.offer, ["seconds": "\(seconds / .seconds(1))"]))
        } catch is CancellationError {
            // It was given up, or everything ends.
            try Task.checkCancellation()
        } catch let error as TaskRunnerError {
            guard jobs[attempt] != nil else { return }
            failed &+= 1
            try report(error, job.offer)
        }
        forget(attempt)
    }

    /// Runs a task in a way that giving it up ends, too: one may be many steps long.
    private func run(_ job: Job, _ runner: any TaskRunner) async throws -> TaskOutput {
        let inputs = job.inputs.compactMap(\.self)
        let attempt = job.offer.attempt
        let task = Task { [outbox = connection.outbox] in
            try await runner.run(job.offer.operation, inputs: inputs) { share in
                // Where it cannot be sent, the connection ends and everything with it.
                try? outbox.send(.progress(TaskProgress(attempt, fraction: share)))
            }
        }
        running = (attempt, task)
        defer { running = nil }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func send(_ output: TaskOutput, of job: Job, waited: Duration, computed: Duration) throws {
        let encoders = try output.tensors.map { tensor throws(WireError) in
            try TensorEncoder(
                tensor, chunkByteCount: connection.welcome.chunkByteCount,
                compression: compression.measured(connection.bytesPerSecond))
        }
        let result = TaskResult(
            attempt: job.offer.attempt, outputs: encoders.map(\.header), statistics: output.statistics,
            loadNanoseconds: 0, transferNanoseconds: waited.nanoseconds, computeNanoseconds: computed.nanoseconds)
        // Forgotten before its tensors are sent, as what is forgotten is not sent.
        forget(job.offer.attempt)
        try connection.outbox.send(.taskResult(result), followedBy: encoders, stream: job.stream)
    }

    /// What a line about a task says beside its words.
    private func metadata(_ offer: TaskOffer, _ more: Logger.Metadata = [:]) -> Logger.Metadata {
        var all = more
        (all["task"], all["attempt"]) = ("\(offer.attempt.task)", "\(offer.attempt.attempt)")
        // Whatever else another coordinator may send there has no place in the log.
        if let trace = TraceID(traceparent: offer.trace) { all["trace"] = "\(trace)" }
        return all
    }

    private func report(_ error: TaskRunnerError, _ offer: TaskOffer) throws {
        let attempt = offer.attempt
        log.log(
            level: error == .inputMissing ? .debug : .notice, "task not carried out",
            metadata: metadata(offer, ["reason": "\(error)"]))
        switch error {
        case .inputMissing: try decline(attempt, .sessionMissing, "\(error)")
        case .outOfMemory: try decline(attempt, .outOfMemory, "\(error)")
        case .unsupported: try decline(attempt, .unsupported, "\(error)")
        case .impossible(let what):
            try connection.outbox.send(.taskFailed(TaskFailure(attempt, .poison, text: String(what.prefix(1000)))))
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
