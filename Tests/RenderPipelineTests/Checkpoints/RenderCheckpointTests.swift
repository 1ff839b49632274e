import DiffusionModels
import Foundation
import Logging
import RenderPipeline
import Synchronization
import Tensors
import Testing

/// A render that ends anywhere goes on from its last checkpoint to the same bytes.
@Suite(.serialized)
struct RenderCheckpointTests {
    private let renders: TinyRenders
    private let folder: TemporaryFolder

    init() throws {
        renders = try TinyRenders()
        folder = try TemporaryFolder()
    }

    /// Three stages, the last two of several tiles.
    private func request(_ sampler: SamplerKind) -> RenderRequest {
        var request = TinyRenders.request
        request.sampler = sampler
        request.tileCore = 16
        return request
    }

    private func checkpoints(
        _ list: any CheckpointList, _ name: String = "files", fingerprint: String = "a render", seconds: Int = 0,
        reserve: Int = 0
    ) -> RenderCheckpoints {
        RenderCheckpoints(
            folder: CheckpointFolder(path: folder.file(name)), list: list, fingerprint: fingerprint,
            interval: .seconds(seconds), reserve: reserve, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Renders until so many checkpoints are recorded; those after them are lost.
    private func interrupted(
        _ request: RenderRequest, after count: Int, _ name: String = "files"
    ) async throws -> MemoryCheckpointList? {
        let list = EndingList(after: count)
        let checkpoints = checkpoints(list, name)
        let task = Task { [renders] in try await renders.render(request, checkpoints: checkpoints) }
        list.atEnd { task.cancel() }
        do { _ = try await task.value } catch is CancellationError {}
        return list.hasEnded ? list.kept : nil
    }

    // One that draws noise in every step, and one that remembers the step before.
    @Test(arguments: [SamplerKind.eulerAncestral, .dpmpp2M]) func fromEveryCheckpointTheBytesAreTheSame(
        sampler: SamplerKind
    ) async throws {
        let request = request(sampler)
        let expected = try await renders.render(request)
        var places: Set<String> = []
        var count = 1
        while let list = try await interrupted(request, after: count, "files\(count)") {
            let last = try #require(await list.checkpoints().last)
            places.insert(last.place.description)
            let steps = StepNumbers()
            let found = try await renders.render(
                request, observer: RenderObserver(progress: steps.note), checkpoints: checkpoints(list, "files\(count)")
            )
            #expect(found.picture.isSame(as: expected.picture), "after \(last.place)")
            #expect(found.latents.isSame(as: expected.latents), "after \(last.place)")
            if case .step(let stage, let step) = last.place {
                let first = try renders.plan(request).stages[stage].firstStep
                #expect(steps.first?.stage == stage && steps.first?.step == step - first, "\(last.place)")
            }
            count += 1
        }
        // Every kind of place was the last one once.
        for place in ["step 0 2", "denoised 0", "finished 0", "tiles encode 1", "denoised 2", "tiles decode 2"] {
            #expect(places.contains(place), "\(places.sorted())")
        }
    }

    @Test(arguments: ["flipped", "cut", "gone", "all"]) func aDamagedFileIsNotGoneOnFrom(damage: String) async throws {
        let request = request(.dpmpp2M)
        let expected = try await renders.render(request)
        let list = try #require(try await interrupted(request, after: 6))
        let all = await list.checkpoints()
        for checkpoint in damage == "all" ? all : [try #require(all.last)] {
            let path = folder.file("files/\(checkpoint.sha256)")
            switch damage {
            case "gone": try FileManager.default.removeItem(atPath: path)
            case "cut": try Data(contentsOf: URL(filePath: path)).dropLast(100).write(to: URL(filePath: path))
            default:
                var data = try Data(contentsOf: URL(filePath: path))
                data[data.count - 1000] ^= 1
                try data.write(to: URL(filePath: path))
            }
        }
        let found = try await renders.render(request, checkpoints: checkpoints(list))
        #expect(found.picture.isSame(as: expected.picture))
    }

    @Test func theCheckpointsOfAnotherModelAreNotUsed() async throws {
        let list = try #require(try await interrupted(request(.euler), after: 6))
        let steps = StepNumbers()
        _ = try await renders.render(
            request(.euler), observer: RenderObserver(progress: steps.note),
            checkpoints: checkpoints(list, fingerprint: "another render"))
        #expect(steps.first?.stage == 0 && steps.first?.step == 0)
    }

    @Test func whatIsStoppedIsKeptWhateverTheInterval() async throws {
        let request = request(.eulerAncestral)
        let list = MemoryCheckpointList()
        let stopper = StepNumbers()
        let slow = checkpoints(list, seconds: 3600)
        let task = Task { [renders] in
            try await renders.render(request, observer: RenderObserver(progress: stopper.note), checkpoints: slow)
        }
        stopper.after(3) { task.cancel() }
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(await list.checkpoints().map(\.place) == [.step(stage: 0, step: 3)])
        let found = try await renders.render(request, checkpoints: checkpoints(list))
        #expect(found.picture.isSame(as: try await renders.render(request).picture))
    }

    @Test func whereNothingCanBeKeptTheRenderGoesOn() async throws {
        let list = MemoryCheckpointList()
        let full = checkpoints(list, reserve: .max / 2)
        let found = try await renders.render(request(.euler), checkpoints: full)
        #expect(found.picture.isSame(as: try await renders.render(request(.euler)).picture))
        #expect(await list.checkpoints().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.file("files")))
    }

    @Test func noMoreThanTheLastTwoStatesAreKeptAndNothingElseIsLeft() async throws {
        let list = MemoryCheckpointList()
        _ = try await renders.render(request(.euler), checkpoints: checkpoints(list))
        let kept = await list.checkpoints()
        #expect(kept.count { !$0.place.description.hasPrefix("tiles") } == 2)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("files"))
        #expect(Set(names) == Set(kept.map(\.sha256)))
        CheckpointFolder(path: folder.file("files")).removeAll()
        #expect(try folder.names().isEmpty)
    }

    @Test(arguments: ["", "step", "step 1", "step x 1", "steps 1 1", "tiles 1 decode", "denoised 1 2", "finished -"])
    func whatIsNoPlaceIsRefused(text: String) {
        #expect(Checkpoint.Place(text) == nil)
    }
}

/// A list that keeps so many checkpoints and none after them.
private final class EndingList: CheckpointList {
    let kept = MemoryCheckpointList()
    private let state: Mutex<(left: Int, end: (@Sendable () -> Void)?)>

    init(after count: Int) { state = Mutex((count, nil)) }

    var hasEnded: Bool { state.withLock { $0.left <= 0 } }

    func atEnd(_ end: @escaping @Sendable () -> Void) {
        let isOver = state.withLock { state in
            state.end = end
            return state.left <= 0
        }
        if isOver { end() }
    }

    func checkpoints() async throws -> [Checkpoint] { await kept.checkpoints() }

    func record(_ checkpoint: Checkpoint?, replacing old: [Checkpoint]) async throws {
        guard !hasEnded else { throw CancellationError() }
        await kept.record(checkpoint, replacing: old)
        let end = state.withLock { state in
            state.left -= 1
            return state.left == 0 ? state.end : nil
        }
        end?()
    }
}

/// Which steps were run.
private final class StepNumbers: Sendable {
    private let state = Mutex<(steps: [(stage: Int, step: Int)], stop: (count: Int, act: @Sendable () -> Void)?)>(
        ([], nil))

    var first: (stage: Int, step: Int)? { state.withLock { $0.steps.first } }

    func after(_ count: Int, _ act: @escaping @Sendable () -> Void) { state.withLock { $0.stop = (count, act) } }

    func note(_ progress: RenderProgress) {
        guard case .ended(.step(let stage, let step)) = progress else { return }
        let act = state.withLock { state in
            state.steps.append((stage, step))
            return state.steps.count == state.stop?.count ? state.stop?.act : nil
        }
        act?()
    }
}
