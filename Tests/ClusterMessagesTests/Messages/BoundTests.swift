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

    private static func statistics(_ count: Double, _ mean: Double, _ deviations: Double) -> WireMessage {
        let group = GroupMoments(count: count, mean: mean, squaredDeviations: deviations)
        return .statistics(TileStatistics(attempt: attempt, session: 0, tile: 0, barrier: 0, moments: [group]))
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
        ("taskAccept.attempt.attempt", .taskAccept(TaskAttempt(epoch: 0, task: 0, attempt: 0))),
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
        (
            "taskOffer.operation.tiles.tiles",
            offer(.tiles(.init(session: 0, .advance(tiles: [], ledgerCount: 0))))
        ),
        (
            "taskOffer.operation.tiles.open.core",
            offer(.tiles(.init(session: 0, .open(.decode, height: 1, width: 1, core: 0))), inputs: 1)
        ),
        ("taskOffer.deadlineMilliseconds", offer(deadline: 0)), ("taskOffer.priority", offer(priority: 1001)),
        ("taskOffer.trace", offer(trace: "00-1")),
        ("progress.fraction", .progress(TaskProgress(attempt, fraction: 1.01))),
        ("statistics.moments.counts", statistics(0, 0, 0)), ("statistics.moments.means", statistics(1, .infinity, 0)),
        ("statistics.moments.squaredDeviations", statistics(1, 0, -1)),
        ("statistics.moments.squaredDeviations", statistics(1, 0, .nan)),
        ("merged.entries", .merged(MergedStatistics(session: 0, first: 0, entries: []))),
        ("merged.moments", .merged(MergedStatistics(session: 0, first: 0, entries: [[]]))),
        ("merged.first", .merged(MergedStatistics(session: 0, first: 257, entries: [moments]))),
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

    @Test("the largest ledger of a pass with 32 groups fits a message")
    func ledger() throws {
        let entry = Array(repeating: GroupMoments(count: 0x1p53, mean: -.pi, squaredDeviations: .pi), count: 32)
        let entries = Array(repeating: entry, count: MergedStatistics.mostEntries)
        let message = WireMessage.merged(MergedStatistics(session: .max, first: 0, entries: entries))
        #expect(try WireMessage(message.frame()) == message)
        let wide = [Array(repeating: entry[0], count: 256)]
        let tooLarge = MergedStatistics(session: 0, first: 0, entries: Array(repeating: wide[0], count: 64))
        let error = #expect(throws: WireError.self) { try WireMessage.merged(tooLarge).frame() }
        #expect(error?.kind == .limit)
    }

    @Test(
        "are kept by the receiver",
        arguments: [
            // Welcome with nothing in it; status with an attempt of number 0; a header without dimensions.
            ("welcome.version", [0x1A, 0]), ("status.running.attempt.attempt", [0x5A, 2, 0x1A, 0]),
            ("tensorPut.tensor.elementType", [0x82, 2, 0]), ("modelQuery.model", [0xA2, 1, 0]),
            ("taskOffer.operation.kind", [0xC2, 2, 0]), ("rejection.code", [0x22, 0]),
        ] as [(String, [UInt8])])
    func receiver(_ field: String, _ bytes: [UInt8]) {
        let error = #expect(throws: WireError.self) { try WireMessage(Frame(.message, message: bytes)) }
        #expect(error?.field == field)
    }
}
