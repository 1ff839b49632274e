import DiffusionModels
import Foundation
import RenderPipeline
import Tensors
import TestSupport
import Testing

/// Keys and values of the text are computed once for all steps of a picture, and never change a bit.
@Suite("The text's keys and values") struct TextMemoryTests {
    private let model: DiffusionModel
    private let latents: Tensor

    init() throws {
        model = try DiffusionModel.load(folder: GoldenFile.folder.appending(path: "models/sdxl-a").path)
        var generator = TorchGenerator(seed: 3)
        latents = generator.randn(shape: [1, 16, 12, 4])
    }

    /// An executor, and what its backend has computed.
    private struct Device {
        let backend = CountingBackend()
        let executor: LocalExecutor
        let latents: Tensor

        init(_ model: DiffusionModel, _ latents: Tensor, memory: MemoryBudget = .unlimited) {
            executor = LocalExecutor(model: model, backend: backend, memory: memory)
            self.latents = latents
        }

        /// One step: the elements of its predictions, and the operations it took.
        func step(_ branches: [PromptEncoder.Encoding]) async -> (values: [[Float]], operations: Double) {
            let before = backend.operations
            let predictions = await executor.predictNoise(
                latents, timestep: 500, branches: branches, size: Extent(height: 128, width: 96))
            return (predictions.map(\.values), backend.operations - before)
        }
    }

    /// What the keys and values of so many contexts take to compute.
    private func work(of contexts: [Tensor]) -> Double {
        let backend = CountingBackend()
        _ = model.unet.memory(of: Tensor(joining: contexts), on: backend)
        return backend.operations
    }

    private func branches(_ prompt: String) async -> [PromptEncoder.Encoding] {
        await Device(model, latents).executor.encodePrompt(prompt, negative: .text("rain"))
    }

    @Test("every step but the first saves them, and gives the same bits")
    func reuse() async throws {
        let (device, branches) = (Device(model, latents), await branches("a lake"))
        let first = await device.step(branches)
        let second = await device.step(branches)
        #expect(work(of: branches.map(\.context)) > 0)
        #expect(first.operations - second.operations == work(of: branches.map(\.context)))
        #expect(first.values == second.values)
    }

    @Test("equal contexts are the same, wherever they came from")
    func copies() async throws {
        let (device, branches) = (Device(model, latents), await branches("a lake"))
        let first = await device.step(branches)
        let copies = branches.map { branch in
            PromptEncoder.Encoding(
                context: Tensor(shape: branch.context.shape, values: branch.context.values), pooled: branch.pooled)
        }
        #expect(await device.step(copies).operations < first.operations)
    }

    @Test("another text gets its own, and the first is computed again when it comes back")
    func change() async throws {
        let (lake, hill) = (await branches("a lake"), await branches("a hill"))
        let device = Device(model, latents)
        let fresh = await Device(model, latents).step(hill)
        let first = await device.step(lake)
        let other = await device.step(hill)
        #expect(other.values == fresh.values && other.operations == fresh.operations)
        #expect(other.values != first.values)
        let again = await device.step(lake)
        #expect(again.values == first.values && again.operations == first.operations)
        // One element that differs is another text.
        var context = lake[1].context
        context.withMutableSpan { $0[7] += 1 }
        let changed = await device.step([lake[0], PromptEncoder.Encoding(context: context, pooled: lake[1].pooled)])
        #expect(changed.operations == first.operations && changed.values[1] != first.values[1])
    }

    @Test("branches that come one by one, as workers are sent them, are both kept")
    func turns() async throws {
        let (device, branches) = (Device(model, latents), await branches("a lake"))
        let together = await Device(model, latents).step(branches)
        let first = [await device.step([branches[0]]), await device.step([branches[1]])]
        let second = [await device.step([branches[0]]), await device.step([branches[1]])]
        for index in branches.indices {
            #expect(first[index].values[0] == together.values[index])
            #expect(second[index].values[0] == together.values[index])
            #expect(
                first[index].operations - second[index].operations == work(of: [branches[index].context]))
        }
    }

    @Test("where there is memory for one branch alone, no more than its own are kept")
    func limit() async throws {
        let cost = model.unet.configuration.cost(height: 16, width: 12)
        let budget = MemoryBudget(bytes: cost.memory + 8 * latents.count * MemoryLayout<Float>.size)
        let (device, branches) = (Device(model, latents, memory: budget), await branches("a lake"))
        let free = await Device(model, latents).step(branches)
        let first = await device.step(branches)
        let second = await device.step(branches)
        #expect(first.values == free.values && second.values == free.values)
        #expect(second.operations == first.operations)
    }

    @Test("what needs memory of another kind makes them go")
    func release() async throws {
        let (device, branches) = (Device(model, latents), await branches("a lake"))
        let first = await device.step(branches)
        _ = try await device.executor.decode(latents, tiling: .exact(core: nil)) { _ in }
        #expect(await device.step(branches).operations == first.operations)
    }
}
