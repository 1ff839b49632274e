import Tensors

/// The operations that pictures of SDXL's architecture spend their time in, at the sizes that occur there.
package enum KernelBenchmarks {
    /// All of them, those that take longest last within each operation.
    package static let all: [BenchmarkCase] =
        [
            convolution(edge: 64, inputs: 512, outputs: 512), convolution(edge: 128, inputs: 512, outputs: 512),
            convolution(edge: 256, inputs: 256, outputs: 256), convolution(edge: 512, inputs: 128, outputs: 128),
            convolution(batch: 2, edge: 64, inputs: 320, outputs: 320),
            convolution(batch: 2, edge: 32, inputs: 640, outputs: 640),
            convolution(batch: 2, edge: 16, inputs: 1280, outputs: 1280),
            convolution(batch: 2, edge: 128, inputs: 320, outputs: 320),
            linear(rows: 4096, inputs: 640, outputs: 640), linear(rows: 4096, inputs: 640, outputs: 5120),
            linear(rows: 4096, inputs: 2560, outputs: 640), linear(rows: 1024, inputs: 1280, outputs: 1280),
            linear(rows: 1024, inputs: 1280, outputs: 10240), linear(rows: 1024, inputs: 5120, outputs: 1280),
            linear(rows: 77, inputs: 2048, outputs: 1280),
            attention(tokens: 4096, keys: 77, heads: 10), attention(tokens: 1024, keys: 1024, heads: 20),
            attention(tokens: 4096, keys: 4096, heads: 10), attention(tokens: 16384, keys: 16384, heads: 10),
            selfAttend(edge: 128), groupNorm(edge: 64, channels: 320), groupNorm(edge: 32, channels: 640),
            groupNorm(edge: 128, channels: 512), groupNorm(edge: 512, channels: 128),
            layerNorm(rows: 4096, channels: 640), layerNorm(rows: 1024, channels: 1280),
            gatedGELU(rows: 4096, channels: 2560), gatedGELU(rows: 1024, channels: 5120), resizeBicubic(edge: 1024),
        ]

    private static func convolution(batch: Int = 1, edge: Int, inputs: Int, outputs: Int) -> BenchmarkCase {
        BenchmarkCase(
            "convolution", ["batch": batch, "edge": edge, "inputs": inputs, "outputs": outputs],
            operations: 18 * Double(batch * edge * edge) * Double(inputs * outputs)
        ) { backend in
            backend.convolutions ?? ConvolutionMethod(inputs: inputs, outputs: outputs, height: edge, width: edge)
        } prepare: { backend in
            var random = RandomInputs()
            let x = random.tensor(batch, edge, edge, inputs)
            let layer = Convolution(
                weight: random.weights(outputs, inputs, 3, 3, inputs: 9 * inputs), bias: random.tensor(outputs),
                padding: Padding(1))
            return { _ = backend.convolution(x, layer) }
        }
    }

    private static func linear(rows: Int, inputs: Int, outputs: Int) -> BenchmarkCase {
        BenchmarkCase(
            "linear", ["batch": 2, "rows": rows, "inputs": inputs, "outputs": outputs],
            operations: 4 * Double(rows) * Double(inputs * outputs)
        ) { backend in
            var random = RandomInputs()
            let x = random.tensor(2, rows, inputs)
            let layer = Linear(weight: random.weights(outputs, inputs, inputs: inputs), bias: random.tensor(outputs))
            return { _ = backend.linear(x, layer) }
        }
    }

    private static func attention(tokens: Int, keys: Int, heads: Int) -> BenchmarkCase {
        let width = 64
        return BenchmarkCase(
            "attention", ["tokens": tokens, "keys": keys, "heads": heads, "width": width],
            operations: 4 * Double(tokens) * Double(keys) * Double(heads * width)
        ) { backend in
            var random = RandomInputs()
            let queries = random.tensor(1, tokens, heads * width)
            let (keys, values) = (random.tensor(1, keys, heads * width), random.tensor(1, keys, heads * width))
            return { _ = backend.attention(queries: queries, keys: keys, values: values, heads: heads, causal: false) }
        }
    }

    /// Attentive guidance over the latents of a picture of 8 × `edge` pixels.
    private static func selfAttend(edge: Int) -> BenchmarkCase {
        let tokens = Double(edge * edge)
        return BenchmarkCase("selfAttend", ["edge": edge, "channels": 4], operations: 16 * tokens * tokens) { backend in
            var random = RandomInputs()
            let latents = random.tensor(1, edge, edge, 4)
            return { _ = backend.selfAttend(latents, temperature: 2, calibration: .none) }
        }
    }

    private static func groupNorm(edge: Int, channels: Int) -> BenchmarkCase {
        BenchmarkCase(
            "groupNormSiLU", ["edge": edge, "channels": channels], bytes: 12 * Double(edge * edge * channels)
        ) { backend in
            var random = RandomInputs()
            let x = random.tensor(1, edge, edge, channels)
            let norm = GroupNorm(
                weight: random.tensor(channels), bias: random.tensor(channels), groups: 32, epsilon: 1e-5)
            return { _ = backend.groupNorm(x, norm, activation: .silu) }
        }
    }

    private static func layerNorm(rows: Int, channels: Int) -> BenchmarkCase {
        BenchmarkCase("layerNorm", ["rows": rows, "channels": channels], bytes: 8 * Double(rows * channels)) {
            backend in
            var random = RandomInputs()
            let x = random.tensor(1, rows, channels)
            let norm = LayerNorm(weight: random.tensor(channels), bias: random.tensor(channels), epsilon: 1e-5)
            return { _ = backend.layerNorm(x, norm) }
        }
    }

    private static func gatedGELU(rows: Int, channels: Int) -> BenchmarkCase {
        BenchmarkCase("gatedGELU", ["rows": rows, "channels": channels], bytes: 12 * Double(rows * channels)) {
            backend in
            var random = RandomInputs()
            let x = random.tensor(1, rows, 2 * channels)
            return { _ = backend.gatedGELU(x) }
        }
    }

    private static func resizeBicubic(edge: Int) -> BenchmarkCase {
        BenchmarkCase("resizeBicubic", ["edge": edge, "channels": 3], bytes: 60 * Double(edge * edge)) { backend in
            var random = RandomInputs()
            let x = random.tensor(1, edge, edge, 3)
            return { _ = backend.resizeBicubic(x, height: 2 * edge, width: 2 * edge) }
        }
    }
}
