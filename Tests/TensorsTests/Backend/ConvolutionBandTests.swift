import Tensors
import Testing

/// Convolutions that are computed a few rows at a time.
@Suite("Convolutions in bands of rows")
struct ConvolutionBandTests {
    /// Channels and window of a layer, and the size of a picture.
    static let shapes = [
        (inputs: 5, outputs: 7, window: 3, height: 23, width: 9),
        (inputs: 32, outputs: 32, window: 3, height: 33, width: 30),  // by Winograd's method, a last band by windows
        (inputs: 40, outputs: 33, window: 3, height: 42, width: 21),
        (inputs: 33, outputs: 48, window: 1, height: 19, width: 8),
    ]

    @Test(
        "bands that begin at multiples of four rows give the bits of one convolution",
        arguments: BackendUnderTest.all, shapes)
    func bits(
        _ table: BackendUnderTest, _ shape: (inputs: Int, outputs: Int, window: Int, height: Int, width: Int)
    ) {
        let backend = table.make(2)
        let margin = shape.window / 2
        let layer = Convolution(
            weight: Parameter(.seeded([shape.outputs, shape.inputs, shape.window, shape.window], seed: 2)),
            bias: .seeded([shape.outputs], seed: 3), padding: Padding(margin))
        let x = Tensor.seeded([1, shape.height, shape.width, shape.inputs], seed: 1)
        let whole = backend.convolution(x, layer)
        for band in [4, 8, 20] {
            var result = Tensor(shape: whole.shape)
            for top in stride(from: 0, to: shape.height, by: band) {
                let bottom = min(top + band, shape.height)
                let (first, last) = (max(0, top - margin), min(shape.height, bottom + margin))
                let padding = Padding(
                    top: max(0, margin - top), left: margin, bottom: max(0, bottom + margin - shape.height),
                    right: margin)
                backend.convolution(x.rows(first..<last), layer.padded(padding), into: &result, row: top)
            }
            #expect(result.hasSameBits(as: whole), "bands of \(band) rows")
        }
    }
}
