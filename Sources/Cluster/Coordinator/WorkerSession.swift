import ClusterMessages
import Logging
import NIOCore
import Telemetry
import Tensors

/// The coordinator's end of a worker's connection.
///
/// What the farm hands out goes through a queue, so that the farm never waits for tensors to be cut; what the worker says
/// is checked against what it was given and reported to the farm.
actor WorkerSession {
    private enum Order {
        case offer(AttemptID, ClusterTask, lease: Duration)
        case cancel(AttemptID)
        case close(AttemptID, ClosedReason)
        case end(session: UInt64)
        case disconnect(DisconnectReason)
    }

    /// An attempt that the worker has.
    private struct Attempt {
        let task: ClusterTask
        let stream: UInt64
        let lease: Duration
        /// Whether anything was left out that the worker is thought to hold.
        var reliesOnHeld: Bool
        var result: TaskResult?
        var collector: TensorCollector?
    }

    nonisolated let id: WorkerID
    private let hello: Hello
    private let connection: WireConnection
    private let farm: Farm
    private let compression: CompressionPolicy
    private let wantedModels: [ModelSource]
    private let log: Logger
    private let orders: AsyncStream<Order>
    private nonisolated let order: AsyncStream<Order>.Continuation

    private var capabilities: WorkerCapabilities?
    private var canary: CanaryResult?
    private var models: Set<String> = []
    private var hasJoined = false
    private var isDraining = false
    private var pings: UInt64 = 0
    /// Why the connection is being closed, once it is.
    private var farewell: String?
    private var attempts: [AttemptID: Attempt] = [:]
    private var attemptOfStream: [UInt64: AttemptID] = [:]
    private var nextStream: UInt64 = 0
    /// What the worker keeps: inputs of sessions, and tensors by their content.
    private var heldInputs: Set<HeldInput> = []
    private var heldTensors = HeldTensors()

    init(
        _ id: WorkerID, _ hello: Hello, _ connection: WireConnection, farm: Farm, wantedModels: [ModelSource],
        compression: CompressionPolicy, log: Logger
    ) {
        self.id = id
        self.hello = hello
        self.connection = connection
        self.farm = farm
        self.wantedModels = wantedModels
        self.compression = compression
        self.log = log
        (orders, order) = AsyncStream.makeStream()
    }

    /// Serves the worker until the connection ends.
    nonisolated func run(
        _ frames: inout FrameIterator, _ outbound: NIOAsyncChannelOutboundWriter<Frame>, of channel: FrameChannel
    ) async {
        var reason = DepartureReason.connectionLost
        var text = "the connection ended"
        do {
            try await connection.run(&frames, outbound, of: channel) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    defer { group.cancelAll() }
                    group.addTask { try await self.carryOutOrders() }
                    group.addTask { try await self.watch() }
                    try await group.next()
                }
            } receive: { message, stream in
                try await self.receive(message, stream)
            }
            if let farewell = await farewell { (reason, text) = (.goodbye, farewell) }
        } catch let error as WireError {
            (reason, text) = (.protocolError, "\(error)")
        } catch {
            text = "\(error)"
        }
        await farm.leave(id, reason, because: text)
    }

    /// Pings, and closes a connection on which nothing comes.
    private func watch() async throws {
        try await connection.beat { try await self.ping() }
    }

    private func ping() throws {
        pings += 1
        try connection.outbox.send(.ping(sequence: pings))
    }

    // What the farm orders.

    private func carryOutOrders() async throws {
        for await order in orders {
            switch order {
            case .offer(let attempt, let task, let lease): try await handOut(attempt, task, lease: lease)
            case .cancel(let attempt):
                forget(attempt)
                try connection.outbox.send(.cancel(TaskAttempt(attempt)))
            case .close(let attempt, let reason):
                try connection.outbox.send(.attemptClosed(AttemptClosure(TaskAttempt(attempt), reason.onWire)))
            case .end(let session):
                heldInputs = heldInputs.filter { $0.session != session }
                try connection.outbox.send(.sessionClosed(session))
            case .disconnect(let reason):
                try connection.outbox.send(.goAway(GoAway(reason.onWire, text: reason.text)))
                connection.outbox.close()
                farewell = reason.text
                // The writer ends once that was sent, and the connection with it.
                try await Task.sleep(for: .seconds(2))
            }
        }
    }

    private func handOut(_ attempt: AttemptID, _ task: ClusterTask, lease: Duration) async throws {
        let isHeld = task.isHeld(in: heldInputs)
        // Even numbers are those of streams that the coordinator begins.
        nextStream += 2
        let stream = nextStream
        attemptOfStream[stream] = attempt
        let (reliesOnHeld, offer) = try send(attempt, task, stream, isHeld: isHeld, lease: lease)
        attempts[attempt] = Attempt(task: task, stream: stream, lease: lease, reliesOnHeld: reliesOnHeld)
        heldInputs.formUnion(task.held)
        if offer.isAccepted {
            await farm.report(.inputsSent(id, attempt, byteCount: offer.inlineByteCount))
        }
    }

    /// Sends an offer and the inputs that the worker does not hold.
    ///
    /// - Returns: whether any were left out, and the offer.
    private func send(
        _ attempt: AttemptID, _ task: ClusterTask, _ stream: UInt64, isHeld: Bool, lease: Duration
    ) throws -> (reliesOnHeld: Bool, sent: TaskOffer) {
        var references: [TensorReference] = []
        var encoders: [TensorEncoder] = []
        var shared: [(Tensor, TensorHeader)] = []
        for input in task.sentInputs(isHeld: isHeld) {
            if case .shared(let tensor) = input, let stored = heldTensors.reference(to: tensor) {
                references.append(.stored(stored))
                continue
            }
            var isShared = false
            if case .shared = input { isShared = true }
            let (tensor, region) = input.source
            let encoder = try TensorEncoder(
                tensor, region: region, chunkByteCount: connection.welcome.chunkByteCount,
                compression: compression.measured(connection.bytesPerSecond),
                isContentAddressed: isShared)
            references.append(.inline(encoder.header))
            encoders.append(encoder)
            if isShared { shared.append((tensor, encoder.header)) }
        }
        // Only later offers can refer to what comes with this one.
        for (tensor, header) in shared { heldTensors.note(tensor, header) }
        let offer = TaskOffer(
            attempt: TaskAttempt(attempt), job: "job-\(attempt.task.number)", model: task.model,
            operation: task.operation, inputs: references, deadlineMilliseconds: max(1, lease.milliseconds),
            priority: 0, trace: task.trace?.traceparent(parent: attempt.task.number))
        try connection.outbox.send(.taskOffer(offer), followedBy: encoders, stream: stream)
        return (reliesOnHeld: encoders.count < task.inputs.count, sent: offer)
    }

    // What the worker says.

    private func receive(_ message: WireMessage, _ stream: UInt64) async throws {
        switch message {
        case .capabilities(let value):
            capabilities = value
            models.formUnion(value.models.map(\.hexadecimal))
            try await joinIfComplete()
        case .canaryResult(let value):
            canary = value
            try await joinIfComplete()
        case .modelState(let state): try await modelChanged(state)
        case .modelPull(let request): try pull(request, stream)
        case .status(let status): try await statusCame(status)
        case .taskAccept(let acceptance):
            await farm.report(
                .taskAccepted(
                    id, AttemptID(acceptance.attempt), transferSeconds: Double(acceptance.transferNanoseconds) * 1e-9))
        case .taskDecline(let decline): try await declined(decline)
        case .progress(let progress): await advanced(AttemptID(progress.attempt), to: progress.fraction)
        case .taskResult(let result): try await resultCame(result, stream)
        case .data(let chunk): try await chunkCame(chunk, stream)
        case .taskFailed(let failure):
            forget(AttemptID(failure.attempt))
            await farm.report(
                .failed(id, AttemptID(failure.attempt), FailureKind(failure.kind), message: failure.text))
        case .cancelled(let attempt): forget(AttemptID(attempt))
        case .reset: forgetStream(stream)
        case .tensorDrop(let digests): heldTensors.drop(digests)
        case .drained: break
        default:
            throw WireError(
                .malformed, "message", expected: "what a worker may say", found: "something else",
                remedy: "update one of the two")
        }
    }

    private func joinIfComplete() async throws {
        guard let capabilities, let canary, !hasJoined else { return }
        hasJoined = true
        await farm.join(
            id,
            WorkerDescription(
                name: hello.node, numericsClass: NumericsClass(canary.numericsClass.hexadecimal), models: models,
                operations: Set(capabilities.operations.flatMap(\.dispatched)), memory: capabilities.memoryByteCount,
                speed: CanarySpeed.speed(seconds: Double(canary.nanoseconds) * 1e-9)),
            link: self)
        for model in wantedModels.map(\.manifest.model) where !models.contains(model.hexadecimal) {
            try connection.outbox.send(.modelQuery(model))
        }
    }

    /// Hands out the manifest of a model, or one of its files.
    private func pull(_ request: ModelPull, _ stream: UInt64) throws {
        guard let source = wantedModels.first(where: { $0.manifest.model == request.model }) else {
            return try connection.outbox.send(.reset(StreamReset(.refused, text: "no such model here")), stream: stream)
        }
        guard let digest = request.file else { return try connection.outbox.send(.modelManifest(source.manifest)) }
        guard let file = try source.file(digest, chunkByteCount: connection.welcome.chunkByteCount) else {
            return try connection.outbox.send(.reset(StreamReset(.refused, text: "no such file of it")), stream: stream)
        }
        try connection.outbox.send(.tensorPut(file.header), followedBy: [file], stream: stream, isFile: true)
    }

    private func modelChanged(_ state: ModelState) async throws {
        switch state.availability {
        case .ready: models.insert(state.model.hexadecimal)
        case .failed:
            log.warning(
                "a worker cannot have the model", metadata: ["worker": "\(hello.node)", "reason": "\(state.text)"])
            models.remove(state.model.hexadecimal)
        case .absent, .pulling: models.remove(state.model.hexadecimal)
        }
        if hasJoined { await farm.report(.modelsChanged(id, models)) }
    }

    private func statusCame(_ status: WorkerStatus) async throws {
        if status.isDraining, !isDraining {
            isDraining = true
            await farm.report(.drainRequested(id))
        }
        await farm.report(.leaseRenewed(id, progress: status.progress))
    }

    private func advanced(_ attempt: AttemptID, to share: Double) async {
        // Of what it was not given, nobody is told.
        guard attempts[attempt] != nil else { return await farm.report(.progress(id, attempt)) }
        await farm.advanced(attempt, by: id, to: share)
    }

    private func declined(_ decline: TaskDecline) async throws {
        let id = AttemptID(decline.attempt)
        guard let attempt = attempts[id] else { return }
        switch decline.reason {
        case .sessionMissing, .tensorMissing:
            // It let go of what it held: once more with everything.
            heldInputs.subtract(attempt.task.held)
            heldTensors = HeldTensors()
            guard attempt.reliesOnHeld else { break }
            // On another stream: what waits or is on its way of the first would be taken for this.
            forget(id)
            return try await handOut(id, attempt.task, lease: attempt.lease)
        default: break
        }
        forget(id)
        await farm.report(.init(decline, worker: self.id))
    }

    private func resultCame(_ result: TaskResult, _ stream: UInt64) async throws {
        let id = AttemptID(result.attempt)
        // Nobody waits for it any more.
        guard let attempt = attempts[id] else { return await farm.report(.progress(self.id, id)) }
        if let shapes = attempt.task.outputShapes, shapes != result.outputs.map(\.dimensions) {
            throw WireError(
                .tensor, "taskResult.outputs", expected: "\(shapes)", found: "\(result.outputs.map(\.dimensions))")
        }
        guard result.statistics.map(\.count) == attempt.task.statisticsGroups else {
            throw WireError(
                .tensor, "taskResult.statistics",
                expected: "\(attempt.task.statisticsGroups) groups, tile by tile",
                found: "\(result.statistics.map(\.count))")
        }
        attempts[id]?.result = result
        attempts[id]?.collector = try TensorCollector(result.outputs, limit: attempt.task.outputLimit)
        try await finishIfComplete(id)
    }

    private func chunkCame(_ chunk: TensorChunk, _ stream: UInt64) async throws {
        // What was cancelled may still be on its way.
        guard let id = attemptOfStream[stream], attempts[id]?.collector != nil else { return }
        try attempts[id]?.collector?.append(chunk)
        try await finishIfComplete(id)
    }

    private func finishIfComplete(_ id: AttemptID) async throws {
        guard let attempt = attempts[id], let result = attempt.result, let collector = attempt.collector,
            collector.isComplete
        else { return }
        forget(id)
        let output = TaskOutput(try collector.finish(), statistics: result.statistics)
        await farm.ended(id, by: self.id, .success(output), seconds: Double(result.computeNanoseconds) * 1e-9)
    }

    private func forget(_ id: AttemptID) {
        guard let attempt = attempts.removeValue(forKey: id) else { return }
        attemptOfStream[attempt.stream] = nil
        connection.outbox.drop(stream: attempt.stream)
    }

    private func forgetStream(_ stream: UInt64) {
        if let attempt = attemptOfStream[stream] { forget(attempt) }
    }
}

extension WorkerSession: WorkerLink {
    nonisolated func offer(_ attempt: AttemptID, _ task: ClusterTask, lease: Duration) {
        order.yield(.offer(attempt, task, lease: lease))
    }

    nonisolated func cancel(_ attempt: AttemptID) { order.yield(.cancel(attempt)) }

    nonisolated func close(_ attempt: AttemptID, _ reason: ClosedReason) { order.yield(.close(attempt, reason)) }

    nonisolated func end(session: UInt64) { order.yield(.end(session: session)) }

    nonisolated func disconnect(_ reason: DisconnectReason) { order.yield(.disconnect(reason)) }
}
