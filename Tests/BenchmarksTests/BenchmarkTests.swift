import Benchmarks
import DiffusionModels
import FoundationEssentials
import Tensors
import TestSupport
import Testing

/// What is timed is what it says; how long it takes is nobody's business here.
struct BenchmarkTests {
    @Test func everyCaseIsThereOnce() {
        let names = KernelBenchmarks.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(KernelBenchmarks.all.allSatisfy { ($0.operations > 0) != ($0.bytes > 0) })
    }

    /// Those that a test has time for; the others differ in their sizes alone.
    @Test(arguments: KernelBenchmarks.all.filter { (1..<5e9).contains($0.operations) && $0.operation != "selfAttend" })
    func aCaseHasTheOperationsThatItIsSaidToHave(benchmark: BenchmarkCase) {
        let backend = CountingBackend()
        benchmark.prepare(backend)()
        #expect(backend.operations == benchmark.operations)
    }

    @Test func passesOfAModelHaveTheOperationsThatTheyAreSaidToHave() throws {
        let model = GoldenFile.folder.appending(path: "models/sdxl-a").path
        let unet = try UNet.load(folder: model + "/unet").network
        let autoencoder = try Autoencoder.load(folder: model + "/vae").network
        for benchmark in [
            ModelBenchmarks.unet(unet, edge: 16), ModelBenchmarks.decode(autoencoder, edge: 16),
            ModelBenchmarks.encode(autoencoder, edge: 16),
        ] {
            let backend = CountingBackend()
            benchmark.prepare(backend)()
            #expect(abs(backend.operations / benchmark.operations - 1) < 0.05, "\(benchmark.name)")
        }
    }

    @Test func aResultHasTheMedianAndWhatARunTakes() {
        let benchmark = BenchmarkCase("fill", ["count": 1 << 20], bytes: 4e6) { _ in
            { _ = Tensor(shape: [1 << 20], repeating: 1) }
        }
        let backend = CPUBackend(threads: 1)
        let result = BenchmarkResult(benchmark, on: backend, peak: HostPeak(of: backend), runs: 7)
        #expect(result.runs >= 7 && result.shortest > 0 && result.shortest <= result.seconds)
        #expect(result.bytesPerSecond == 4e6 / result.seconds && result.operationsPerSecond == nil)
        #expect(result.sizes == ["count": 1 << 20])
    }

    @Test func inputsThatAreIncompleteAreRefusedByName() throws {
        let path = GoldenFile.folder.appending(path: "manifest.json").path
        #expect(throws: SafetensorsError.self) { try UNetInputs(path: path) }
    }
}
