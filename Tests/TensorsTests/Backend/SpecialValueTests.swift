import Tensors
import Testing

@Suite("Values at the edges of operations")
struct SpecialValueTests {
    /// Enough for a whole vector and a rest.
    private static let repeats = 11

    private static func run(_ x: Float, _ body: (Tensor) -> Tensor) -> [Float] {
        body(Tensor(shape: [1, repeats], repeating: x)).values
    }

    @Test("activations are within a rounding or two of their argument, everywhere", arguments: BackendUnderTest.all)
    func activationGrid(_ backend: BackendUnderTest) {
        let grid = Tensor(shape: [1, 40001], values: (0...40000).map { Float($0 - 20000) / 1000 })
        let backend = backend.make(1)
        for activation in [Activation.silu, .gelu, .quickGELU] {
            let outcome = backend.activate(grid, activation).doubles
            let worst = zip(grid.doubles, outcome).map { x, y in abs(y - activation.reference(x)) - 2e-7 * abs(x) }
            #expect((worst.max() ?? 1) <= 0, "\(activation)")
        }
    }

    @Test("activations vanish at zero and far below it and pass what is far above", arguments: BackendUnderTest.all)
    func activationEnds(_ backend: BackendUnderTest) {
        let backend = backend.make(1)
        for activation in [Activation.silu, .gelu, .quickGELU] {
            for (x, y) in [(0, 0), (-200, 0), (200, 200), (3e38, 3e38), (Float.infinity, Float.infinity)] {
                #expect(
                    Self.run(x) { backend.activate($0, activation) }.allSatisfy { $0 == y || abs($0 - y) < 1e-30 },
                    "\(activation) of \(x)")
            }
        }
    }

    @Test("not-a-number passes through activations", arguments: BackendUnderTest.all)
    func activationOfNothing(_ backend: BackendUnderTest) {
        let backend = backend.make(1)
        for activation in [Activation.none, .silu, .gelu, .quickGELU] {
            #expect(Self.run(.nan) { backend.activate($0, activation) }.allSatisfy { $0.isNaN }, "\(activation)")
        }
        #expect(Self.run(.nan) { backend.gatedGELU(Tensor(joiningChannels: $0, $0)) }.allSatisfy { $0.isNaN })
    }

    @Test("clamping turns not-a-number into the lower bound", arguments: BackendUnderTest.all)
    func clamp(_ backend: BackendUnderTest) {
        let backend = backend.make(1)
        let pairs: [(Float, Float)] = [
            (.nan, -1), (-.nan, -1), (.infinity, 2), (-.infinity, -1), (-1, -1), (2, 2), (0.5, 0.5), (-0.0, -0.0),
        ]
        for (x, y) in pairs {
            let limited = Self.run(x) { backend.clamp($0, to: -1...2) }
            #expect(limited.map(\.bitPattern) == [UInt32](repeating: y.bitPattern, count: Self.repeats), "of \(x)")
        }
    }

    @Test("a picture of one value stays it when it is resized", arguments: BackendUnderTest.all)
    func constantPicture(_ backend: BackendUnderTest) {
        let picture = Tensor(shape: [1, 9, 7, 3], repeating: 0.7)
        let resized = backend.make(1).resizeBicubic(picture, height: 33, width: 20)
        #expect(resized.values.allSatisfy { abs($0 - 0.7) < 1.5e-6 })
    }

    @Test("doubling a picture gives every pixel four times", arguments: BackendUnderTest.all)
    func doubled(_ backend: BackendUnderTest) {
        let picture = Tensor(shape: [1, 2, 2, 1], values: [1, 2, 3, 4])
        #expect(
            backend.make(1).resizeNearest(picture, height: 4, width: 4).values
                == [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4])
    }

    @Test("attention to equal keys is the mean of the values", arguments: BackendUnderTest.all)
    func equalKeys(_ backend: BackendUnderTest) {
        let keys = 513
        let values = Tensor.seeded([1, keys, 4], seed: 1)
        let attended = backend.make(1).attention(
            queries: .seeded([1, 3, 4], seed: 2), keys: Tensor(shape: [1, keys, 4], repeating: 1), values: values,
            heads: 1, causal: false)
        for channel in 0..<4 {
            let mean = stride(from: channel, to: keys * 4, by: 4).reduce(0) { $0 + values.doubles[$1] } / Double(keys)
            for token in 0..<3 { #expect(abs(attended.doubles[token * 4 + channel] - mean) < 1e-6) }
        }
    }

    @Test("a first token that sees only itself gets its own value", arguments: BackendUnderTest.all)
    func firstToken(_ backend: BackendUnderTest) {
        let values = Tensor.seeded([1, 300, 8], seed: 3)
        let attended = backend.make(1).attention(
            queries: .seeded([1, 300, 8], seed: 1), keys: .seeded([1, 300, 8], seed: 2), values: values, heads: 2,
            causal: true)
        #expect(attended.values.prefix(8) == values.values.prefix(8))
    }

    @Test("inputs stay as they are")
    func inputs() {
        for operation in Operation.all {
            let before = operation.inputs.map(\.bits)
            for backend in BackendUnderTest.all { _ = operation.run(on: backend.make(1)) }
            #expect(operation.inputs.map(\.bits) == before, "\(operation.testDescription)")
        }
    }

    @Test("more channels than self-attention has room for are refused")
    func channels() async {
        await #expect(processExitsWith: .failure) {
            let z = Tensor(shape: [1, 2, 2, 65])
            _ = CPUBackend(threads: 1).selfAttend(z, temperature: 1, calibration: .none)
        }
    }
}

extension Tensor {
    fileprivate init(joiningChannels x: Tensor, _ y: Tensor) {
        self.init(shape: [x.shape[0], x.shape[1] + y.shape[1]], values: x.values + y.values)
    }
}
