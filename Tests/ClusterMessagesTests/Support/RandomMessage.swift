import ClusterMessages
import Tensors

/// Messages with random contents within their bounds.
enum RandomMessage {
    /// One generator for each kind of message, under the name of its recorded bytes.
    static let kinds: [(name: String, make: @Sendable (inout SeededNumbers) throws -> WireMessage)] = [
        ("hello", { .hello(RandomMessage.hello(&$0)) }),
        (
            "data",
            {
                .data(
                    .init(
                        tensor: $0.int(0...15), index: $0.int(0...99), isCompressed: $0.chance(50),
                        payload: Payload($0.bytes(9))
                    ))
            }
        ),
        ("credit", { .credit(byteCount: $0.next()) }),
        ("ping", { .ping(sequence: $0.next()) }),
        ("pong", { .pong(sequence: $0.next(), progress: $0.next()) }),
        ("reset", { .reset(.init(RandomMessage.any(&$0), text: RandomMessage.text(&$0))) }),
        ("go-away", { .goAway(.init(RandomMessage.any(&$0), text: RandomMessage.text(&$0))) }),
        ("challenge", { .challenge(.init(nonce: $0.bytes(32))) }),
        ("authentication", { .authentication(.init(code: $0.bytes(32))) }),
        ("welcome", { .welcome(RandomMessage.welcome(&$0)) }),
        (
            "rejection",
            { numbers in
                .rejection(
                    .init(
                        RandomMessage.any(&numbers), text: RandomMessage.text(&numbers),
                        versions: 1...numbers.int(1...9),
                        retryMilliseconds: numbers.chance(50) ? numbers.int(0...60_000) : nil))
            }
        ),
        ("capabilities", { .capabilities(RandomMessage.capabilities(&$0)) }),
        (
            "status",
            { numbers in
                .status(
                    .init(
                        sequence: numbers.next(), progress: numbers.next(),
                        running: RandomMessage.list(&numbers, 0...3, RandomMessage.attempt),
                        completedTasks: numbers.next(), failedTasks: numbers.next(),
                        usedMemoryByteCount: numbers.next(),
                        isDraining: numbers.chance(50)))
            }
        ),
        (
            "canary-result",
            {
                .canaryResult(
                    .init(
                        numericsClass: RandomMessage.digest(&$0), nanoseconds: $0.next(),
                        processor: RandomMessage.text(&$0)))
            }
        ),
        ("drain", { .drain(.init(deadlineMilliseconds: $0.int(0...86_400_000), text: RandomMessage.text(&$0))) }),
        ("drained", { _ in .drained }),
        ("model-query", { .modelQuery(RandomMessage.digest(&$0)) }),
        (
            "model-state",
            {
                .modelState(
                    .init(
                        model: RandomMessage.digest(&$0), availability: RandomMessage.any(&$0),
                        missingByteCount: $0.int(0...1 << 50),
                        text: RandomMessage.text(&$0)))
            }
        ),
        (
            "model-pull",
            {
                .modelPull(
                    .init(model: RandomMessage.digest(&$0), file: $0.chance(50) ? RandomMessage.digest(&$0) : nil))
            }
        ),
        ("model-manifest", { .modelManifest(RandomMessage.manifest(&$0)) }),
        ("tensor-have", { .tensorHave(RandomMessage.list(&$0, 0...4, RandomMessage.digest)) }),
        ("tensor-need", { .tensorNeed(RandomMessage.list(&$0, 1...4, RandomMessage.digest)) }),
        ("tensor-put", { .tensorPut(try RandomMessage.header(&$0)) }),
        ("tensor-drop", { .tensorDrop(RandomMessage.list(&$0, 0...4, RandomMessage.digest)) }),
        ("task-offer-encode-text", { try RandomMessage.offer(&$0, RandomMessage.encodeText(&$0), inputs: 0) }),
        ("task-offer-predict-noise", { try RandomMessage.predictNoise(&$0) }),
        ("task-offer-self-attend", { try RandomMessage.offer(&$0, RandomMessage.selfAttend(&$0), inputs: 1) }),
        ("task-offer-upsample", { try RandomMessage.offer(&$0, .upsample(to: RandomMessage.size(&$0)), inputs: 1) }),
        ("task-offer-tile-advance", { try RandomMessage.tile(&$0, finishes: false) }),
        ("task-offer-tile-finish", { try RandomMessage.tile(&$0, finishes: true) }),
        ("task-offer-tiles", { try RandomMessage.tiles(&$0, $0.int(2...TileTask.mostTiles)) }),
        ("task-offer-attend", { try RandomMessage.attend(&$0) }),
        ("task-offer-part", { try RandomMessage.offer(&$0, .part(RandomMessage.any(&$0)), inputs: 1) }),
        ("task-offer-denoise", { try RandomMessage.denoise(&$0) }),
        ("task-offer-canary", { try RandomMessage.offer(&$0, .canary, inputs: 0) }),
        ("task-accept", { .taskAccept(TaskAcceptance(RandomMessage.attempt(&$0), transferNanoseconds: 0)) }),
        (
            "task-accept-measured",
            { .taskAccept(TaskAcceptance(RandomMessage.attempt(&$0), transferNanoseconds: $0.next() >> 16)) }
        ),
        (
            "task-decline",
            {
                .taskDecline(.init(RandomMessage.attempt(&$0), RandomMessage.any(&$0), text: RandomMessage.text(&$0)))
            }
        ),
        ("progress", { .progress(.init(RandomMessage.attempt(&$0), fraction: Double($0.int(0...1000)) / 1000)) }),
        (
            "task-result",
            { numbers in
                .taskResult(
                    .init(
                        attempt: RandomMessage.attempt(&numbers),
                        outputs: try (0..<numbers.int(0...3)).map { _ in try RandomMessage.header(&numbers) },
                        loadNanoseconds: numbers.next(), transferNanoseconds: numbers.next(),
                        computeNanoseconds: numbers.next()))
            }
        ),
        (
            "task-result-statistics",
            { RandomMessage.statistics(&$0) { [RandomMessage.list(&$0, 1...32, RandomMessage.moments)] } }
        ),
        (
            "task-result-statistics-of-tiles",
            {
                RandomMessage.statistics(&$0) {
                    RandomMessage.list(&$0, 2...TileTask.mostTiles) {
                        RandomMessage.list(&$0, 1...32, RandomMessage.moments)
                    }
                }
            }
        ),
        (
            "task-failed",
            {
                .taskFailed(.init(RandomMessage.attempt(&$0), RandomMessage.any(&$0), text: RandomMessage.text(&$0)))
            }
        ),
        ("cancel", { .cancel(RandomMessage.attempt(&$0)) }),
        ("cancelled", { .cancelled(RandomMessage.attempt(&$0)) }),
        ("attempt-closed", { .attemptClosed(.init(RandomMessage.attempt(&$0), RandomMessage.any(&$0))) }),
        ("session-closed", { .sessionClosed($0.next()) }),
    ]
}

/// Their parts.
extension RandomMessage {
    static func list<Value>(
        _ numbers: inout SeededNumbers, _ count: ClosedRange<Int>, _ make: (inout SeededNumbers) -> Value
    ) -> [Value] {
        (0..<numbers.int(count)).map { _ in make(&numbers) }
    }

    static func any<Value: CaseIterable>(_ numbers: inout SeededNumbers) -> Value {
        let all = Array(Value.allCases)
        return all[numbers.int(0...all.count - 1)]
    }

    static func text(_ numbers: inout SeededNumbers) -> String {
        ["", "no memory", "Größe 🎨", String(repeating: "x", count: 256)][numbers.int(0...3)]
    }

    static func digest(_ numbers: inout SeededNumbers) -> ContentDigest { ContentDigest(of: numbers.bytes(8)) }

    static func hello(_ numbers: inout SeededNumbers) -> Hello {
        let lowest = numbers.int(1...65535)
        return Hello(
            versions: lowest...numbers.int(lowest...65535), node: "node-\(numbers.int(0...99)).a_b",
            role: any(&numbers),
            software: "apldm \(numbers.int(0...9))", nonce: numbers.bytes(32))
    }

    static func welcome(_ numbers: inout SeededNumbers) -> Welcome {
        Welcome(
            version: numbers.int(1...65535), session: numbers.next(), epoch: numbers.next(),
            chunkByteCount: 8 * numbers.int(512...524_288), connectionCredit: numbers.int(4 << 20...1 << 30),
            streamCredit: numbers.int(4 << 20...1 << 30), heartbeatMilliseconds: numbers.int(50...60_000),
            leaseMilliseconds: numbers.int(100...600_000), proof: numbers.chance(50) ? numbers.bytes(32) : nil)
    }

    static func capabilities(_ numbers: inout SeededNumbers) -> WorkerCapabilities {
        WorkerCapabilities(
            devices: list(&numbers, 1...3) {
                .init(name: "cpu \($0.int(0...9))", memoryByteCount: $0.int(0...1 << 40))
            },
            memoryByteCount: numbers.int(0...1 << 50),
            operations: Set(OperationKind.allCases.filter { _ in numbers.chance(50) }),
            models: list(&numbers, 0...3, digest), taskSlots: numbers.int(1...256),
            tensorCacheByteCount: numbers.int(0...1 << 50), threads: numbers.int(1...4096))
    }

    static func manifest(_ numbers: inout SeededNumbers) -> ModelManifest {
        let paths = [
            "model_index.json", "unet/config.json", "unet/diffusion_pytorch_model.safetensors", "tokenizer/merges.txt",
        ]
        return ModelManifest(
            model: digest(&numbers),
            files: paths.prefix(numbers.int(1...4)).map {
                .init(path: $0, byteCount: numbers.int(1...1 << 40), sha256: digest(&numbers))
            })
    }

    static func header(_ numbers: inout SeededNumbers) throws -> TensorHeader {
        let codec: ChunkCodec = any(&numbers)
        return try TensorHeader(
            any(&numbers), dimensions: list(&numbers, 1...8) { $0.int(1...20) },
            chunkByteCount: 8 * numbers.int(512...524_288),
            filter: codec == .none ? .none : any(&numbers), codec: codec,
            sha256: numbers.chance(50) ? digest(&numbers) : nil)
    }

    static func attempt(_ numbers: inout SeededNumbers) -> TaskAttempt {
        TaskAttempt(epoch: numbers.next(), task: numbers.next(), attempt: numbers.int(1...1000))
    }

    static func size(_ numbers: inout SeededNumbers) -> PixelSize {
        PixelSize(height: numbers.int(1...65536), width: numbers.int(1...65536))
    }

    static func moments(_ numbers: inout SeededNumbers) -> GroupMoments {
        GroupMoments(
            count: Double(numbers.int(1...1 << 53)), mean: Double(bitPattern: numbers.next()).finite,
            squaredDeviations: abs(Double(bitPattern: numbers.next()).finite))
    }

    static func encodeText(_ numbers: inout SeededNumbers) -> TaskOperation {
        let negatives: [EncodeText.Negative] = [.unused, .absent, .text(""), .text("blurred")]
        return .encodeText(EncodeText(prompt: text(&numbers), negative: negatives[numbers.int(0...3)]))
    }

    static func selfAttend(_ numbers: inout SeededNumbers) -> TaskOperation {
        let alpha = Float(numbers.int(0...100)) / 100
        let calibrations: [PowerCalibration] = [.none, .meanAndVariance(alpha: alpha), .variance(alpha: alpha)]
        return .selfAttend(
            SelfAttend(temperature: Float(numbers.int(1...9999)) / 8, calibration: calibrations[numbers.int(0...2)]))
    }

    static func predictNoise(_ numbers: inout SeededNumbers) throws -> WireMessage {
        let hasPooled = numbers.chance(50)
        let branches = (0..<numbers.int(1...4)).map { branch in
            hasPooled
                ? PredictNoise.Branch(context: 2 * branch + 1, pooled: 2 * branch + 2)
                : PredictNoise.Branch(context: branch + 1, pooled: nil)
        }
        let operation = TaskOperation.predictNoise(
            PredictNoise(timestep: Double(numbers.int(0...4000)) / 4, size: size(&numbers), branches: branches))
        return try offer(&numbers, operation, inputs: 1 + branches.count * (hasPooled ? 2 : 1))
    }

    static func tile(_ numbers: inout SeededNumbers, finishes: Bool) throws -> WireMessage {
        let task = TileTask(
            session: numbers.next(), direction: any(&numbers), height: numbers.int(1...16384),
            width: numbers.int(1...16384), core: numbers.chance(50) ? core(&numbers) : nil,
            tiles: [numbers.int(0...TileTask.lastTile)], finishes: finishes,
            ledger: list(&numbers, 0...4) { list(&$0, 1...8, moments) })
        return try offer(&numbers, .tile(task), inputs: numbers.int(0...1))
    }

    /// Large enough for the largest pass.
    private static func core(_ numbers: inout SeededNumbers) -> Int { max(128, numbers.int(1...16384)) }

    /// A result of as many tiles as there are entries.
    static func statistics(
        _ numbers: inout SeededNumbers, _ entries: (inout SeededNumbers) -> [[GroupMoments]]
    ) -> WireMessage {
        .taskResult(
            .init(
                attempt: attempt(&numbers), outputs: [], statistics: entries(&numbers),
                loadNanoseconds: numbers.next(), transferNanoseconds: numbers.next(),
                computeNanoseconds: numbers.next()))
    }

    static func tiles(_ numbers: inout SeededNumbers, _ count: Int) throws -> WireMessage {
        let first = numbers.int(0...TileTask.lastTile - 64 * count)
        let task = TileTask(
            session: numbers.next(), direction: any(&numbers), height: numbers.int(1...16384),
            width: numbers.int(1...16384), core: core(&numbers),
            tiles: (0..<count).map { first + 64 * $0 + numbers.int(0...63) }, finishes: numbers.chance(50),
            ledger: list(&numbers, 0...4) { list(&$0, 1...8, moments) })
        return try offer(&numbers, .tile(task), inputs: numbers.chance(50) ? count : 0)
    }

    static func attend(_ numbers: inout SeededNumbers) throws -> WireMessage {
        let lower = numbers.int(0...AttendPositions.largestMap - AttendPositions.mostPositions)
        let attend = AttendPositions(
            session: numbers.next(), direction: any(&numbers),
            positions: lower..<lower + numbers.int(1...AttendPositions.mostPositions))
        return try offer(&numbers, .attend(attend), inputs: numbers.int(0...1))
    }

    static func denoise(_ numbers: inout SeededNumbers) throws -> WireMessage {
        let stage = numbers.int(1...64)
        let operation = TaskOperation.denoise(DenoiseStage(record: "{\"prompt\":\"\(text(&numbers))\"}", stage: stage))
        return try offer(&numbers, operation, inputs: stage == 1 ? 0 : 1)
    }

    static func offer(
        _ numbers: inout SeededNumbers, _ operation: TaskOperation, inputs: Int
    ) throws -> WireMessage {
        let inputs: [TensorReference] = try (0..<inputs).map { _ in
            numbers.chance(50)
                ? .inline(try header(&numbers))
                : .stored(try StoredTensor(sha256: digest(&numbers), .float32, dimensions: [1, numbers.int(1...99)]))
        }
        return .taskOffer(
            TaskOffer(
                attempt: attempt(&numbers), job: "job-\(numbers.int(0...99))",
                model: numbers.chance(50) ? digest(&numbers) : nil, operation: operation, inputs: inputs,
                deadlineMilliseconds: numbers.int(1...86_400_000), priority: numbers.int(-1000...1000),
                trace: numbers.chance(50) ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" : nil))
    }
}

extension Double {
    fileprivate var finite: Double { isFinite ? self : 0.5 }
}
