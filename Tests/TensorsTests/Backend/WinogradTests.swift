import CKernels
import Tensors
import Testing

/// 3×3 convolutions by Winograd's method, of shapes for which it would not be taken, too.
@Suite("Winograd's method")
struct WinogradTests {
    /// One layer and one picture.
    struct Case: Sendable, CustomTestStringConvertible {
        let height, width, inputs, outputs: Int
        let padding: Padding

        var testDescription: String {
            "\(height)×\(width), \(inputs) → \(outputs), "
                + "padding \([padding.top, padding.left, padding.bottom, padding.right])"
        }

        var weight: Tensor { .seeded([outputs, inputs, 3, 3], seed: 2) }
        var layer: Convolution {
            Convolution(weight: Parameter(weight), bias: .seeded([outputs], seed: 3), padding: padding)
        }

        func pictures(_ count: Int) -> Tensor { .seeded([count, height, width, inputs], seed: 1) }

        /// Every size of a picture's last tile, every padding of a side, and channels around the width of vectors.
        static let all: [Case] = {
            let paddings = [
                Padding(1), Padding(0), Padding(top: 1, left: 0, bottom: 0, right: 1),
                Padding(top: 0, left: 1, bottom: 1, right: 0),
            ]
            let shapes = [
                (1, 1, 1, 1), (3, 4, 2, 5), (4, 3, 4, 4), (5, 6, 7, 9), (6, 5, 8, 8), (7, 8, 15, 17), (8, 7, 16, 16),
                (9, 10, 31, 33), (10, 12, 3, 65), (17, 9, 520, 3), (33, 21, 12, 64),
            ]
            return shapes.flatMap { shape in
                paddings.map {
                    Case(height: shape.0, width: shape.1, inputs: shape.2, outputs: shape.3, padding: $0)
                }
            }.filter {
                $0.height + $0.padding.top + $0.padding.bottom >= 3
                    && $0.width + $0.padding.left + $0.padding.right >= 3
            }
        }()
    }

    private static func backend(
        _ table: Int, threads: Int = 2, method: ConvolutionMethod = .winograd
    ) -> CPUBackend {
        CPUBackend(threads: threads, kernels: Kernels.supported[table], convolutions: method)
    }

    /// The convolution of one picture by plain loops in binary64.
    private static func reference(_ x: Tensor, _ test: Case) -> [Double] {
        let picture = ReferenceArray([test.height, test.width, test.inputs], x.doubles)
        let kernel = ReferenceArray([test.outputs, test.inputs, 9], test.weight.doubles)
        let bias = Tensor.seeded([test.outputs], seed: 3).doubles
        let size = test.layer.outputSize(height: test.height, width: test.width)
        var result: [Double] = []
        for top in 0..<size.height {
            for left in 0..<size.width {
                for output in 0..<test.outputs {
                    var sum = bias[output]
                    for tap in 0..<9 {
                        let (row, column) = (top + tap / 3 - test.padding.top, left + tap % 3 - test.padding.left)
                        guard (0..<test.height).contains(row), (0..<test.width).contains(column) else { continue }
                        for input in 0..<test.inputs {
                            sum += kernel[output, input, tap] * picture[row, column, input]
                        }
                    }
                    result.append(sum)
                }
            }
        }
        return result
    }

    @Test("a convolution gives what plain loops in binary64 give", arguments: Case.all)
    func accuracy(_ test: Case) {
        let x = test.pictures(1)
        let expected = Self.reference(x, test)
        for table in Kernels.supported.indices {
            let outcome = Outcome(Self.backend(table).convolution(x, test.layer))
            #expect(outcome.values.count == expected.count)
            let error = outcome.error(against: expected)
            #expect(error.relative <= 1e-5, "table \(table), element \(error.index)")
        }
    }

    @Test("neither threads nor the rest of a batch change a bit", arguments: Kernels.supported.indices, Case.all)
    func exactness(table: Int, _ test: Case) {
        let batch = test.pictures(3)
        let alone = (0..<3).map {
            Outcome(Self.backend(table, threads: 1).convolution(batch.batchItem($0).copied(), test.layer))
        }
        for threads in [1, 2, 3, 5] {
            let found = Outcome(Self.backend(table, threads: threads).convolution(batch, test.layer))
            #expect(found.bitDifference(from: Outcome(joining: alone)) == nil, "\(threads) threads")
        }
    }

    @Test("a picture's neighbours in the batch are not read", arguments: Kernels.supported.indices, Case.all)
    func neighbours(table: Int, _ test: Case) {
        let picture = test.pictures(1)
        let nothing = [Float](repeating: .nan, count: picture.count)
        let batch = Tensor(
            shape: [3, test.height, test.width, test.inputs], values: nothing + picture.values + nothing)
        let backend = Self.backend(table)
        let alone = backend.convolution(picture, test.layer)
        #expect(alone.isFinite)
        let found = Outcome(backend.convolution(batch, test.layer).batchItem(1))
        #expect(found.bitDifference(from: Outcome(alone)) == nil)
    }

    @Test("weights in 16 bits give what they give in 32", arguments: Kernels.supported.indices, SmallFloat.all)
    func storedWeights(table: Int, _ format: SmallFloat) {
        let backend = Self.backend(table)
        for (inputs, outputs) in [(21, 13), (40, 70), (360, 350)] {
            let x = Tensor.seeded([2, 9, 8, inputs], seed: 1)
            let stored = format.parameter([outputs, inputs, 3, 3], seed: 2)
            let narrow = Convolution(weight: stored, bias: nil, padding: Padding(1))
            let wide = Convolution(weight: Parameter(stored.widened()), bias: nil, padding: Padding(1))
            let found = Outcome(backend.convolution(x, narrow))
            #expect(found.bitDifference(from: Outcome(backend.convolution(x, wide))) == nil)
        }
    }

    /// Blocks of any shape, each with memory that begins as not-a-number: all that a block reads it has written.
    @Test("blocks of any size give the same bits, and write nothing else", arguments: Kernels.supported.indices)
    func blocks(table: Int) {
        let test = Case(height: 13, width: 11, inputs: 35, outputs: 50, padding: Padding(1))
        let kernels = Kernels.supported[table]
        let panel = kernels.winograd_panel
        let expected = Self.backend(table).convolution(test.pictures(1), test.layer).values
        let weight = Convolution(weight: Parameter(test.weight), bias: nil, padding: Padding(1)).weight.widened().values
        let (x, bias) = (test.pictures(1).values, Tensor.seeded([50], seed: 3).values)
        let pictures = ck_winograd_pictures(
            height: 13, width: 11, channels: 35, top: 1, left: 1, output_height: 13, output_width: 11)
        for (tiles, outputs) in [(1, 1), (2, 2), (5, 1), (12, 3)] {
            var result = [Float](repeating: .nan, count: expected.count + 100)
            weight.withUnsafeBytes { bytes in
                bias.withUnsafeBufferPointer { bias in
                    guard let weights = bytes.baseAddress else { return }
                    let layer = ck_winograd_layer(
                        inputs: 35, outputs: 50, weights: weights, storage: CK_F32, bias: bias.baseAddress)
                    for first in stride(from: 0, to: 12, by: tiles) {
                        var block = ck_winograd_block(
                            first: first, count: min(tiles, 12 - first), begin: 0, end: min(tiles, 12 - first),
                            first_output: 0, outputs: 0)
                        var inputs = [Float](repeating: .nan, count: ck_winograd_inputs_size(block.count, 35))
                        kernels.winograd_inputs(pictures, block, x, &inputs)
                        for output in stride(from: 0, to: 50, by: outputs * panel) {
                            block.first_output = output
                            block.outputs = min(50 - output, outputs * panel)
                            var scratch = [Float](
                                repeating: .nan,
                                count: ck_winograd_results_size(block.count, block.outputs, panel)
                                    + ck_winograd_chunk_size(ck_winograd_depth(35), block.outputs, panel))
                            kernels.winograd_results(pictures, layer, block, inputs, nil, &scratch, &result)
                        }
                    }
                }
            }
            let isSame = result[..<expected.count].elementsEqual(expected)
            #expect(isSame, "\(tiles) tiles, \(outputs) panels")
            let isUntouched = result[expected.count...].allSatisfy { $0.isNaN }
            #expect(isUntouched)
        }
    }

    @Test("the method follows from the layer's and the picture's shape")
    func choice() {
        func method(_ edge: Int, _ inputs: Int, _ outputs: Int, window: Int = 3, stride: Int = 1) -> ConvolutionMethod {
            let weight = Parameter(Tensor(shape: [outputs, inputs, window, window], repeating: 0))
            let layer = Convolution(weight: weight, bias: nil, stride: stride, padding: Padding(window / 2))
            return ConvolutionMethod(layer, height: edge, width: edge)
        }
        #expect(method(64, 320, 320) == .winograd)
        #expect(method(16, 64, 32) == .winograd)
        #expect(method(8, 64, 64) == .winograd)
        #expect(method(64, 320, 4) == .windows)
        #expect(method(64, 4, 320) == .windows)
        #expect(method(4, 64, 64) == .windows)
        #expect(method(64, 64, 64, window: 1) == .windows)
        #expect(method(64, 64, 64, window: 5) == .windows)
        #expect(method(64, 64, 64, stride: 2) == .windows)
    }

    @Test("a method that is asked for is taken where it can be")
    func override() {
        let test = Case(height: 12, width: 12, inputs: 6, outputs: 7, padding: Padding(1))
        let x = test.pictures(1)
        let layer = test.layer
        let free = CPUBackend(threads: 1).convolution(x, layer).bits
        let table = Kernels.supported.count - 1
        #expect(Self.backend(table, method: .windows).convolution(x, layer).bits == free)
        #expect(Self.backend(table).convolution(x, layer).bits != free)
        let halving = Convolution(weight: Parameter(test.weight), bias: nil, stride: 2, padding: Padding(1))
        #expect(
            Self.backend(table).convolution(x, halving).bits == CPUBackend(threads: 1).convolution(x, halving).bits)
    }
}
