import ClusterMessages
import Tensors
import Testing

@Suite("Bounds of messages")
struct BoundTests {
    private static let attempt = TaskAttempt(epoch: 1, task: 2, attempt: 1)
    private static let digest = ContentDigest(of: [1])
    private static let moments = [GroupMoments(count: 1, mean: 0, squaredDeviations: 0)]

    private static func hello(
        versions: ClosedRange<Int> = 1...1, node: String = "n", nonce: Int = 32
    ) -> WireMessage {
        .hello(
            Hello(versions: versions, node: node, role: .worker, software: "", nonce: .init(repeating: 0, count: nonce))
        )
    }

    private static func offer(
        attempt: Int = 1, job: String = "j", _ operation: TaskOperation = .canary, inputs: Int = 0, deadline: Int = 1,
        priority: Int = 0, trace: String? = nil
    ) -> WireMessage {
        let input = (try? TensorHeader(.float32, dimensions: [1])).map(TensorReference.inline)
        return .taskOffer(
            TaskOffer(
                attempt: TaskAttempt(epoch: 0, task: 0, attempt: attempt), job: job, model: nil, operation: operation,
                inputs: Array(repeating: input, count: inputs).compactMap(\.self), deadlineMilliseconds: deadline,
                priority: priority, trace: trace))
    }

    private static func noise(_ timestep: Double, _ branches: [PredictNoise.Branch] = [.init(context: 1, pooled: nil)])
        -> TaskOperation
    {
        .predictNoise(PredictNoise(timestep: timestep, size: PixelSize(height: 8, width: 8), branches: branches))
    }

    private static func manifest(_ paths: String...) -> WireMessage {
        .modelManifest(
            ModelManifest(model: digest, files: paths.map { .init(path: $0, byteCount: 1, sha256: digest) }))
    }

    private static func tile(
        height: Int = 1, width: Int = 1, core: Int? = nil, tiles: [Int] = [0], ledger: [[GroupMoments]] = [],
        inputs: Int = 0
    ) -> WireMessage {
        let task = TileTask(
            session: 0, direction: .decode, height: height, width: width, core: core, tiles: tiles, finishes: false,
            ledger: ledger)
        return offer(.tile(task), inputs: inputs)
    }

    private static func attend(_ positions: Range<Int>, inputs: Int = 0) -> WireMessage {
        offer(.attend(AttendPositions(session: 0, direction: .encode, positions: positions)), inputs: inputs)
    }

    private static func denoise(bytes: Int = 2, stage: Int = 1, inputs: Int = 0) -> WireMessage {
        offer(.denoise(DenoiseStage(record: String(repeating: " ", count: bytes), stage: stage)), inputs: inputs)
    }

    private static func statistics(_ groups: [GroupMoments], tiles: Int = 1, outputs: Int = 0) -> WireMessage {
        let output = try? TensorHeader(.float32, dimensions: [1])
        return .taskResult(
            TaskResult(
                attempt: attempt, outputs: Array(repeating: output, count: outputs).compactMap(\.self),
                statistics: Array(repeating: groups, count: tiles), loadNanoseconds: 0, transferNanoseconds: 0,
                computeNanoseconds: 0))
    }

    private static func statistics(_ count: Double, _ mean: Double, _ deviations: Double) -> WireMessage {
        statistics([GroupMoments(count: count, mean: mean, squaredDeviations: deviations)])
    }

    private static func capabilities(threads: Int) -> WireMessage {
        .capabilities(
            WorkerCapabilities(
                devices: [.init(name: "cpu", memoryByteCount: 0)], memoryByteCount: 0, operations: [], models: [],
                taskSlots: 1, tensorCacheByteCount: 0, threads: threads))
    }

    /// The field that must be named, and a message that breaks its bound.
    static let broken: [(field: String, message: WireMessage)] = [
        ("hello.minimumVersion", hello(versions: 0...1)),
        ("hello.maximumVersion", hello(versions: 1...65536)),
        ("hello.node", hello(node: "")), ("hello.node", hello(node: "a b")), ("hello.node", hello(node: ".a")),
        ("hello.node", hello(node: String(repeating: "n", count: 65))),
        ("hello.nonce", hello(nonce: 31)),
        ("challenge.nonce", .challenge(Challenge(nonce: []))),
        ("goAway.text", .goAway(GoAway(.idle, text: String(repeating: "x", count: 1025)))),
        (
            "taskAccept.attempt.attempt",
            .taskAccept(
                TaskAcceptance(TaskAttempt(epoch: 0, task: 0, attempt: 0), transferNanoseconds: 0))
        ),
        ("taskOffer.attempt.attempt", offer(attempt: 1001)),
        ("taskOffer.job", offer(job: "../../etc")),
        ("taskOffer.inputs", offer(inputs: 1)), ("taskOffer.inputs", offer(.upsample(to: .init(height: 1, width: 1)))),
        ("taskOffer.inputs", offer(noise(0), inputs: 17)),
        ("taskOffer.branches", offer(noise(0, [.init(context: 2, pooled: nil)]), inputs: 2)),
        ("taskOffer.operation.predictNoise.timestep", offer(noise(.nan), inputs: 2)),
        ("taskOffer.operation.predictNoise.timestep", offer(noise(-1), inputs: 2)),
        ("taskOffer.operation.predictNoise.branches", offer(noise(0, []), inputs: 1)),
        (
            "taskOffer.operation.predictNoise.branches.context",
            offer(noise(0, [.init(context: 0, pooled: nil)]), inputs: 1)
        ),
        ("taskOffer.operation.upsample.size.width", offer(.upsample(to: .init(height: 1, width: 65537)), inputs: 1)),
        (
            "taskOffer.operation.selfAttend.temperature",
            offer(.selfAttend(.init(temperature: 0, calibration: .none)), inputs: 1)
        ),
        (
            "taskOffer.operation.selfAttend.calibration.alpha",
            offer(.selfAttend(.init(temperature: 1, calibration: .variance(alpha: 1.5))), inputs: 1)
        ),
        (
            "taskOffer.operation.encodeText.prompt",
            offer(.encodeText(.init(prompt: String(repeating: "x", count: 16385), negative: .unused)))
        ),
        ("taskOffer.operation.tile.height", tile(height: 0)), ("taskOffer.operation.tile.width", tile(width: 16385)),
        ("taskOffer.operation.tile.core", tile(core: 0)), ("taskOffer.operation.tile.core", tile(core: 16385)),
        ("taskOffer.operation.tile.core", tile(height: 129, width: 128, core: 1)),
        ("taskOffer.operation.tile.tiles", tile(tiles: [-1])),
        ("taskOffer.operation.tile.tiles", tile(tiles: [0, 1 << 20])),
        ("taskOffer.operation.tile.tiles", tile(tiles: [])),
        ("taskOffer.operation.tile.tiles", tile(tiles: Array(0...16))),
        ("taskOffer.operation.tile.tiles", tile(tiles: [3, 2])),
        ("taskOffer.operation.tile.tiles", tile(tiles: [2, 2])),
        ("taskOffer.operation.tile.ledger", tile(ledger: Array(repeating: moments, count: 65))),
        ("taskOffer.operation.tile.ledger.moments", tile(ledger: [moments, []])),
        (
            "taskOffer.operation.tile.ledger.moments.means",
            tile(ledger: [[GroupMoments(count: 1, mean: .nan, squaredDeviations: 0)]])
        ),
        ("taskOffer.inputs", tile(inputs: 2)), ("taskOffer.inputs", tile(tiles: [1, 4, 5], inputs: 2)),
        ("taskOffer.inputs", attend(0..<1, inputs: 2)),
        ("taskOffer.operation.attend.positions", attend(5..<5)),
        ("taskOffer.operation.attend.positions", attend(0..<(1 << 20) + 1)),
        ("taskOffer.operation.attend.lower", attend(-1..<1)),
        ("taskOffer.operation.attend.upper", attend(1 << 28..<(1 << 28) + 1)),
        ("taskOffer.inputs", offer(.part(.decodeBeforeAttention))),
        ("taskOffer.inputs", offer(.part(.encodeAfterAttention), inputs: 2)),
        ("taskOffer.operation.denoise.record", denoise(bytes: 1)),
        ("taskOffer.operation.denoise.record", denoise(bytes: (32 << 10) + 1)),
        ("taskOffer.operation.denoise.stage", denoise(stage: 0, inputs: 1)),
        ("taskOffer.operation.denoise.stage", denoise(stage: 65, inputs: 1)),
        ("taskOffer.inputs", denoise(stage: 1, inputs: 1)), ("taskOffer.inputs", denoise(stage: 2)),
        ("taskOffer.deadlineMilliseconds", offer(deadline: 0)), ("taskOffer.priority", offer(priority: 1001)),
        ("taskOffer.trace", offer(trace: "00-1")),
        ("progress.fraction", .progress(TaskProgress(attempt, fraction: 1.01))),
        ("taskResult.statistics.moments.counts", statistics(0, 0, 0)),
        ("taskResult.statistics.moments.means", statistics(1, .infinity, 0)),
        ("taskResult.statistics.moments.squaredDeviations", statistics(1, 0, -1)),
        ("taskResult.statistics.moments.squaredDeviations", statistics(1, 0, .nan)),
        ("taskResult.statistics.moments", statistics([])),
        ("taskResult.statistics.moments", statistics(Array(repeating: moments[0], count: 257))),
        ("taskResult.statistics", statistics(moments, tiles: 17)),
        ("taskResult.statistics", statistics(Array(repeating: moments[0], count: 256), tiles: 11)),
        ("taskResult.outputs", statistics(moments, outputs: 1)),
        ("capabilities.threads", capabilities(threads: 0)), ("capabilities.threads", capabilities(threads: 4097)),
        ("modelManifest.files", manifest()), ("modelManifest.files.path", manifest("../x.json")),
        ("modelManifest.files.path", manifest("/etc/x.json")), ("modelManifest.files.path", manifest("a//x.json")),
        ("modelManifest.files.path", manifest("x.sh")), ("modelManifest.files.path", manifest("a/b/c/d/x.json")),
        ("modelManifest.files.path", manifest("x.json", "x.json")), ("modelManifest.files.path", manifest(".x.json")),
        ("tensorHave.sha256", .tensorHave(Array(repeating: digest, count: 1025))),
    ]

    @Test("are kept by the sender, who is told the field", arguments: broken)
    func sender(_ field: String, _ message: WireMessage) {
        let error = #expect(throws: WireError.self) { try message.frame() }
        #expect(error?.field == field)
    }

    @Test("the largest ledger fits a frame however its groups are spread, and one more group is refused by name")
    func ledger() throws {
        let group = GroupMoments(count: 0x1p53, mean: -.pi, squaredDeviations: .pi)
        func message(_ counts: [Int]) throws -> WireMessage {
            let task = TileTask(
                session: .max, direction: .encode, height: 16384, width: 16384, core: 16384,
                tiles: Array((TileTask.lastTile - TileTask.mostTiles + 1)...TileTask.lastTile), finishes: true,
                ledger: counts.map { Array(repeating: group, count: $0) })
            let input = try TensorHeader(
                .float32, dimensions: [1, 1, 1, 1, 1, 16384, 16384, 512], filter: .shuffle, codec: .zstd,
                sha256: Self.digest)
            return .taskOffer(
                TaskOffer(
                    attempt: TaskAttempt(epoch: .max, task: .max, attempt: 1000),
                    job: String(repeating: "j", count: 64),
                    model: Self.digest, operation: .tile(task),
                    inputs: Array(repeating: .inline(input), count: TileTask.mostTiles),
                    deadlineMilliseconds: 86_400_000, priority: -1000, trace: String(repeating: "0", count: 55)))
        }
        for counts in [Array(repeating: 40, count: 64), Array(repeating: 256, count: 10)] {
            let largest = try message(counts)
            #expect(try WireMessage(largest.frame()) == largest)
        }
        let tooMany = try message([41] + Array(repeating: 40, count: 63))
        let error = #expect(throws: WireError.self) { try tooMany.frame() }
        #expect(error?.field == "taskOffer.operation.tile.ledger")
    }

    @Test(
        "allow as many inputs as an operation can do with",
        arguments: [
            tile(inputs: 0), tile(inputs: 1), tile(height: 128, width: 128, core: 1), tile(tiles: [0, 7], inputs: 0),
            tile(tiles: Array(0..<16), inputs: 16),
            statistics(Array(repeating: moments[0], count: 256), tiles: 10), attend(0..<1, inputs: 0),
            attend(0..<1 << 20, inputs: 1),
            offer(.part(.encodeAfterAttention), inputs: 1), denoise(), denoise(bytes: 32 << 10, stage: 64, inputs: 1),
        ])
    func inputs(_ message: WireMessage) throws {
        #expect(try WireMessage(message.frame()) == message)
    }

    @Test(
        "are kept by the receiver",
        arguments: [
            // Welcome with nothing in it; status with an attempt of number 0; a header without dimensions.
            ("welcome.version", [0x1A, 0]), ("status.running.attempt.attempt", [0x5A, 2, 0x1A, 0]),
            ("tensorPut.tensor.elementType", [0x82, 2, 0]), ("modelQuery.model", [0xA2, 1, 0]),
            ("taskOffer.operation.kind", [0xC2, 2, 0]), ("rejection.code", [0x22, 0]),
            // Positions 5..<3 and 3..<3; a part of no kind; a tile of no direction; statistics without numbers.
            ("taskOffer.operation.attend.upper", [0xC2, 2, 10, 0x22, 8, 0x32, 6, 0x10, 1, 0x18, 5, 0x20, 3]),
            ("taskOffer.operation.attend.upper", [0xC2, 2, 10, 0x22, 8, 0x32, 6, 0x10, 1, 0x18, 3, 0x20, 3]),
            ("taskOffer.operation.part.kind", [0xC2, 2, 4, 0x22, 2, 0x3A, 0]),
            ("taskOffer.operation.tile.direction", [0xC2, 2, 4, 0x22, 2, 0x2A, 0]),
            ("taskResult.statistics.moments", [0xE2, 2, 6, 0x0A, 2, 0x18, 1, 0x32, 0]),
            ("capabilities.devices", [0x52, 0]),
        ] as [(String, [UInt8])])
    func receiver(_ field: String, _ bytes: [UInt8]) {
        let error = #expect(throws: WireError.self) { try WireMessage(Frame(.message, message: bytes)) }
        #expect(error?.field == field)
    }
}
