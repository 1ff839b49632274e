import Cluster
import ClusterMessages
import Tensors
import Testing

extension FarmTests {
    /// Workers that are lost, silent, forgetful, wrong or broken: the picture has the same bytes.
    struct LostWorkerTests {
        /// Who goes on with what a lost worker had.
        enum Successor: CaseIterable { case device, worker }

        /// Every task in turn is the last that the worker hears of, so every normalisation is one at which it is lost.
        @Test(arguments: Successor.allCases)
        func aWorkerThatIsCutOffAtAnyTaskTakesNothingAlong(successor: Successor) async throws {
            let decode = try await SmallDecode()
            var number = 1
            // Time decides who takes how many, so a number that this worker did not come to is tried again.
            var misses = 0
            while misses < 5 {
                let tasks = try await LoopbackFarm.run {
                    $0.hasDevice = successor == .device
                } _: { farm in
                    try await FaultProxy.run(to: farm.endpoint) { proxy in
                        if successor == .worker { farm.start("stays") }
                        let last = number
                        let lost = farm.start("goes", through: proxy.endpoint, reconnects: false) { task, _, compute in
                            if task == last { proxy.cut() }
                            return try await compute()
                        }
                        try await farm.farm.waitForWorkers(successor == .worker ? 2 : 1)
                        #expect(try await decode.isRight(on: farm), "cut at task \(number)")
                        return lost.shelf.tasks
                    }
                }
                (number, misses) = tasks < number ? (number, misses + 1) : (number + 1, 0)
            }
            #expect(number > 6)
        }

        @Test(arguments: [1, 7, 20])
        func theOnlyWorkerComesBackAndGoesOn(number: Int) async throws {
            let decode = try await SmallDecode()
            try await LoopbackFarm.run { farm in
                try await FaultProxy.run(to: farm.endpoint) { proxy in
                    farm.start("only", through: proxy.endpoint) { task, _, compute in
                        if task == number { proxy.cut() }
                        return try await compute()
                    }
                    try await farm.farm.waitForWorkers(1)
                    #expect(try await decode.isRight(on: farm))
                    #expect(await farm.farm.statistics.joined == 2)
                }
            }
        }

        @Test func aWorkerThatNeverAnswersLosesItsLease() async throws {
            let decode = try await SmallDecode()
            let gate = Gate()
            try await LoopbackFarm.run {
                $0.policy.lease = 0.5
                $0.policy.strikeLimit = 100
                $0.heartbeat = .milliseconds(100)
            } _: { farm in
                farm.start("right")
                farm.start("hangs") { task, _, compute in
                    if task == 3 { await gate.pass() }
                    return try await compute()
                }
                try await farm.farm.waitForWorkers(2)
                #expect(try await decode.isRight(on: farm))
                let results = await farm.farm.statistics.results
                // What it computes now, nobody waits for.
                gate.open()
                #expect(try await decode.isRight(on: farm))
                #expect(await farm.farm.statistics.results > results)
                #expect(await farm.farm.statistics.nondeterminism == 0)
            }
        }

        /// A worker that pays no heed to its lease and answers when it likes, with nonsense.
        @Test func aLateResultIsAnsweredThatItsAttemptIsClosed() async throws {
            let decode = try await SmallDecode()
            let closed = Recorded<AttemptClosure.Reason?>(nil)
            let done = Gate()
            try await LoopbackFarm.run {
                $0.policy.lease = 0.3
                $0.policy.strikeLimit = 100
            } _: { farm in
                let endpoint = farm.endpoint
                async let late: Void = RawPeer.join(endpoint, as: "late") { peer, message, stream in
                    switch message {
                    case .taskOffer(let offer):
                        try await peer.send(.taskAccept(.init(offer.attempt, transferNanoseconds: 0)))
                    case .cancel(let attempt):
                        try await peer.send(
                            .taskResult(
                                TaskResult(
                                    attempt: attempt, outputs: [], loadNanoseconds: 0, transferNanoseconds: 0,
                                    computeNanoseconds: 1)))
                    case .attemptClosed(let closure):
                        closed.change { $0 = closure.reason }
                        done.open()
                        return false
                    default: break
                    }
                    return true
                }
                try await farm.farm.waitForWorkers(1)
                farm.start("right")
                try await farm.farm.waitForWorkers(2)
                #expect(try await decode.isRight(on: farm))
                await done.pass()
                try await late
                #expect(closed.value != nil)
            }
        }

        @Test(arguments: [1, 2])
        func aWorkerThatForgetsItsSessionsIsSentTheInputAgain(every interval: Int) async throws {
            let decode = try await SmallDecode()
            let model = try TestModel.shared
            try await LoopbackFarm.run { farm in
                let runner = model.runner(model.device())
                let shelf = TestShelf(runner) { task, operation, compute in
                    if case .tile(let tile) = operation, task % interval == 0 {
                        await runner.close(session: tile.session)
                    }
                    return try await compute()
                }
                farm.start("forgets", shelf: shelf)
                try await farm.farm.waitForWorkers(1)
                #expect(try await decode.isRight(on: farm))
                // To be asked for the input is no failure.
                #expect(await farm.farm.statistics.joined == 1)
                // Some thirty, and those that it had to be asked for twice.
                #expect(shelf.tasks > 40)
            }
        }

        /// The stretches of an attention need the same map: the second waits until it has come with the first.
        @Test func aTaskWaitsForAnInputThatComesWithAnother() async throws {
            let decode = try await SmallDecode()
            let missed = Recorded(0)
            try await LoopbackFarm.run {
                // An attempt that is taken back may take the input along that it was sent with.
                $0.policy.hedgeThreshold = 1e6
            } _: { farm in
                try await FaultProxy.run(to: farm.endpoint, .bandwidth(bytesPerSecond: 4 << 20), .toWorker) { proxy in
                    farm.start("far", through: proxy.endpoint) { _, _, compute in
                        do {
                            return try await compute()
                        } catch {
                            missed.change { $0 += 1 }
                            throw error
                        }
                    }
                    try await farm.farm.waitForWorkers(1)
                    #expect(try await decode.isRight(on: farm))
                    #expect(missed.value == 0)
                }
            }
        }

        /// A message that takes long to deal with: the session is closed while the device is at work.
        @Test func aWorkerThatIsBusyKeepsItsConnection() async throws {
            let decode = try await SmallDecode()
            let runner = try SlowToClose(runner: TestModel.shared.runner(TestModel.shared.device()))
            try await LoopbackFarm.run {
                // Five of them are fewer than closing a session takes, and enough for a host with other work.
                $0.heartbeat = .milliseconds(600)
            } _: { farm in
                farm.start("busy", shelf: TestShelf(runner))
                try await farm.farm.waitForWorkers(1)
                for _ in 0..<2 { #expect(try await decode.isRight(on: farm)) }
                #expect(await farm.farm.statistics.joined == 1)
            }
        }

        /// What a worker may answer in place of what it was asked for.
        enum WrongAnswer: CaseIterable { case nothing, otherShape, tooMany, otherGroups, manyGroups, otherTiles }

        @Test(arguments: WrongAnswer.allCases)
        func aWorkerThatAnswersWrongIsSentAwayAndThePictureIsRight(answer: WrongAnswer) async throws {
            let decode = try await SmallDecode()
            try await LoopbackFarm.run { farm in
                farm.start("right")
                let wrong = farm.start("wrong") { _, _, _ in
                    let moments = GroupMoments(count: 1, mean: 0, squaredDeviations: 1)
                    return switch answer {
                    case .nothing: TaskOutput([])
                    case .otherShape: TaskOutput([Tensor(shape: [1, 1])])
                    case .tooMany: TaskOutput([Tensor(shape: [1, 1]), Tensor(shape: [1, 1])])
                    case .otherGroups: TaskOutput([], statistics: [[moments]])
                    case .manyGroups: TaskOutput([], statistics: [Array(repeating: moments, count: 256)])
                    case .otherTiles: TaskOutput([], statistics: Array(repeating: [moments, moments], count: 3))
                    }
                }
                try await farm.farm.waitForWorkers(2)
                #expect(try await decode.isRight(on: farm))
                #expect(wrong.shelf.tasks > 0)
                #expect(await farm.farm.statistics.left > 0)
                #expect(await farm.farm.statistics.completed.keys.sorted() == ["right"])
            }
        }

        @Test(arguments: [
            TaskRunnerError.inputMissing, .impossible("no"), .unsupported("no"), .outOfMemory(needed: 1 << 40),
        ])
        func aWorkerThatFailsEveryTaskIsPassedOver(error: TaskRunnerError) async throws {
            let decode = try await SmallDecode()
            try await LoopbackFarm.run { farm in
                farm.start("right")
                let broken = farm.start("broken") { _, _, _ in throw error }
                try await farm.farm.waitForWorkers(2)
                #expect(try await decode.isRight(on: farm))
                #expect(await farm.farm.statistics.completed.keys.sorted() == ["right"])
                if error == .inputMissing {
                    // Three failures, each after it was sent everything once more, and what it held beside them.
                    #expect((1...12).contains(broken.shelf.tasks))
                }
            }
        }
    }
}

/// A device that is busy when a session is to be forgotten.
private struct SlowToClose: TaskRunner {
    let runner: any TaskRunner

    func run(
        _ operation: TaskOperation, inputs: [Tensor], progress: @escaping @Sendable (Double) -> Void
    ) async throws -> TaskOutput {
        try await runner.run(operation, inputs: inputs, progress: progress)
    }

    func close(session: UInt64) async {
        try? await Task.sleep(for: .milliseconds(3300))
        await runner.close(session: session)
    }
}
