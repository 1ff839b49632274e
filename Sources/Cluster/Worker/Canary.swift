package import ClusterMessages
package import Tensors

/// A small pass over every operation of a device, always the same: hosts that answer it with the same bytes compute
/// everything else with the same bytes, and the time it takes tells their speed.
package struct Canary: Sendable, Hashable {
    /// The digest of all results: the numerics class.
    package var numericsClass: ContentDigest
    /// How long the part with a known number of operations took, at best.
    package var seconds: Double

    /// Runs it: some hundredths of a second of computing.
    package init(on backend: any ComputeBackend) {
        var pass = CanaryPass(backend: backend)
        pass.run()
        numericsClass = ContentDigest(of: pass.bytes)
        let timed = CanarySpeed()
        seconds = (0..<3).map { _ in timed.seconds(on: backend) }.min() ?? 1
    }
}

/// A convolution whose number of operations is known.
struct CanarySpeed {
    private static let (edge, channels) = (64, 128)
    /// Multiplications and additions.
    static let operations = 2.0 * Double(edge * edge) * 9 * Double(channels * channels)

    private let input = Tensor(shape: [1, edge, edge, channels], repeating: 0.5)
    private let layer = Convolution(
        weight: Parameter(Tensor(shape: [channels, channels, 3, 3], repeating: 0.01)), bias: nil, padding: Padding(1))

    func seconds(on backend: any ComputeBackend) -> Double {
        let start = ContinuousClock.now
        _ = backend.convolution(input, layer)
        return (ContinuousClock.now - start) / .seconds(1)
    }

    /// Operations a second.
    static func speed(seconds: Double) -> Double { seconds > 0 ? operations / seconds : 1 }
}

/// The operations with numbers that reach every kernel, and sizes that are multiples of nothing.
private struct CanaryPass {
    let backend: any ComputeBackend
    private var generator = TorchGenerator(seed: 20_251)
    private(set) var bytes: [UInt8] = []

    init(backend: any ComputeBackend) { self.backend = backend }

    mutating func run() {
        let map = random([1, 19, 23, 32])
        let tokens = random([1, 77, 64])
        let wide = random([64, 64], scale: 0.125)
        keep(backend.linear(tokens, Linear(weight: Parameter(wide), bias: random([64])), activation: .gelu))
        keep(backend.linear(tokens, Linear(weight: Parameter(random([128, 64], scale: 0.125)), bias: nil)))
        for (kernel, stride) in [(3, 1), (3, 2), (1, 1)] {
            let weight = random([48, 32, kernel, kernel], scale: 0.06)
            let layer = Convolution(
                weight: Parameter(weight), bias: random([48]), stride: stride, padding: Padding(kernel / 2))
            keep(backend.convolution(map, layer))
        }
        let norm = GroupNorm(weight: random([32]), bias: random([32]), groups: 8, epsilon: 1e-6)
        keep(backend.groupNorm(map, norm, activation: .silu))
        keep(backend.layerNorm(tokens, LayerNorm(weight: random([64]), bias: random([64]), epsilon: 1e-5)))
        for heads in [1, 4] {
            let (keys, values) = (random([1, 51, 64]), random([1, 51, 64]))
            keep(backend.attention(queries: tokens, keys: keys, values: values, heads: heads, causal: false))
        }
        keep(backend.attention(queries: tokens, keys: tokens, values: tokens, heads: 2, causal: true))
        keep(backend.gatedGELU(tokens))
        keep(backend.activate(tokens, .quickGELU))
        keep(backend.add(tokens, random([1, 77, 64])))
        keep(backend.addChannels(map, random([1, 32])))
        keep(backend.concatenateChannels(map, map))
        keep(backend.resizeNearest(map, height: 38, width: 46))
        keep(backend.resizeBicubic(map, height: 41, width: 53))
        keep(backend.selfAttend(random([1, 19, 23, 4]), temperature: 2, calibration: .meanAndVariance(alpha: 0.5)))
        keep(backend.clamp(map, to: -1...1))
    }

    private mutating func random(_ shape: [Int], scale: Float = 1) -> Tensor {
        generator.randn(shape: shape).scaled(by: scale)
    }

    private mutating func keep(_ tensor: Tensor) { bytes += tensor.bytes(in: 0..<tensor.byteCount) }
}
