import FoundationEssentials
import Tensors
import TestSupport
import Testing

@Suite("torch's random numbers")
struct TorchGeneratorTests {
    /// The names of the fixtures of one kind, parsed: `KIND.seedS.nN`, or `seq.seedS.A-B-C`.
    struct Recording: CustomTestStringConvertible, Sendable {
        let name: String
        let seed: UInt64
        let counts: [Int]
        var testDescription: String { name }

        static func all(_ kind: String) -> [Recording] {
            guard let file = try? GoldenFile("rng/randn.safetensors") else { return [] }
            return file.entries.keys.sorted().compactMap { name in
                let parts = name.split(separator: ".")
                guard parts.count >= 3, parts[0] == kind, let seed = UInt64(parts[1].dropFirst(4)) else { return nil }
                if parts.count == 4, parts[3] != "head" { return nil }
                let counts = parts[2].drop { $0 == "n" }.split(separator: "-").compactMap { Int($0) }
                return Recording(name: name, seed: seed, counts: counts)
            }
        }
    }

    let file: GoldenFile

    init() throws { file = try GoldenFile("rng/randn.safetensors") }

    @Test("every kind of recording is there", arguments: ["bits32", "rand", "rand64", "randn", "seq", "randn_big"])
    func recordings(kind: String) {
        #expect(!Recording.all(kind).isEmpty)
    }

    @Test("bits are exact", arguments: Recording.all("bits32"))
    func bits(_ recording: Recording) throws {
        var generator = TorchGenerator(seed: recording.seed)
        let drawn = (0..<recording.counts[0]).map { _ in Double(generator.nextBits32()) }
        #expect(drawn == (try file.values(recording.name)))
    }

    @Test("float32 uniforms are exact", arguments: Recording.all("rand"))
    func uniforms(_ recording: Recording) throws {
        var generator = TorchGenerator(seed: recording.seed)
        let drawn = (0..<recording.counts[0]).map { _ in Double(generator.nextUniform()) }
        #expect(drawn == (try file.values(recording.name)))
    }

    @Test("float64 uniforms are exact", arguments: Recording.all("rand64"))
    func wideUniforms(_ recording: Recording) throws {
        var generator = TorchGenerator(seed: recording.seed)
        let drawn = (0..<recording.counts[0]).map { _ in generator.nextUniform64() }
        #expect(drawn == (try file.values(recording.name)))
    }

    @Test("normals agree, also over several draws", arguments: Recording.all("randn") + Recording.all("seq"))
    func normals(_ recording: Recording) throws {
        var generator = TorchGenerator(seed: recording.seed)
        let drawn = recording.counts.flatMap { generator.randn(count: $0) }
        expectClose(drawn[...], try file.values(recording.name))
    }

    @Test("a large draw agrees at both ends and as a whole", arguments: Recording.all("randn_big"))
    func largeDraw(_ recording: Recording) throws {
        let stem = recording.name.dropLast(".head".count)
        let drawn = TorchGenerator(seed: recording.seed).drawing { $0.randn(count: recording.counts[0]) }
        expectClose(drawn.prefix(64), try file.values(stem + ".head"))
        expectClose(drawn.suffix(64), try file.values(stem + ".tail"))
        let stats = try file.values(stem + ".stats")
        let wide = drawn.map { Double($0) }
        #expect(abs(wide.reduce(0, +) - stats[0]) < 2e-2)
        #expect(abs(wide.reduce(0) { $0 + $1 * $1 } - stats[1]) < 2e-2)
        #expect(abs(wide.reduce(0) { max($0, abs($1)) } - stats[2]) < 2e-2)
    }

    @Test("only the lower 32 bits of a seed count")
    func wideSeeds() {
        let narrow = TorchGenerator(seed: 42)
        #expect(TorchGenerator(seed: 42 + 1 << 32) == narrow)
        #expect(TorchGenerator(seed: 43) != narrow)
    }

    @Test("a copy draws the same again")
    func copies() {
        var generator = TorchGenerator(seed: 7)
        _ = generator.randn(count: 3)
        var copy = generator
        #expect(copy.randn(count: 5) == generator.randn(count: 5))
        #expect(copy.randn(count: 50) == generator.randn(count: 50))
    }

    @Test("a shape is filled in row-major order")
    func shapes() {
        let tensor = TorchGenerator(seed: 3).drawing { $0.randn(shape: [1, 4, 3, 5]) }
        #expect(tensor.shape == [1, 4, 3, 5])
        #expect(tensor.values == TorchGenerator(seed: 3).drawing { $0.randn(count: 60) })
    }

    private func expectClose(_ drawn: ArraySlice<Float>, _ expected: [Double]) {
        #expect(drawn.count == expected.count)
        for (index, (value, wanted)) in zip(drawn, expected).enumerated() {
            let difference = abs(Double(value) - wanted)
            if difference > 4e-6 + 4e-6 * abs(wanted) {
                Issue.record("element \(index) is \(value), not \(wanted)")
                return
            }
        }
    }
}

extension TorchGenerator {
    fileprivate func drawing<Result>(_ body: (inout TorchGenerator) -> Result) -> Result {
        var generator = self
        return body(&generator)
    }
}
