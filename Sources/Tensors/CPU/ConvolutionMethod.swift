/// How a convolution is computed.
public enum ConvolutionMethod: String, Sendable, Hashable, CaseIterable {
    /// The input windows of a block of pixels are gathered into the rows of a matrix and multiplied by the weights.
    case windows
    /// Winograd's F(4×4, 3×3): a quarter of the multiplications, and sums that round a little more.
    case winograd

    /// Fewer channels would mostly be transformed, not multiplied.
    private static let fewestChannels = 32
    /// Transforming the weights takes as long as so many tiles.
    private static let tilesOfWeights = 8

    /// The faster method. It follows from the shapes of the layer and of one picture alone, because it decides bits.
    ///
    /// - Parameters:
    ///   - layer: the convolution.
    ///   - height: rows of the input.
    ///   - width: columns of the input.
    package init(_ layer: Convolution, height: Int, width: Int) {
        let output = layer.outputSize(height: height, width: width)
        self.init(layer, resultHeight: output.height, width: output.width)
    }

    /// The same for a result of a given size.
    init(_ layer: Convolution, resultHeight height: Int, width: Int) {
        self =
            Self.winograd.computes(layer)
            ? Self(inputs: layer.inputs, outputs: layer.outputs, height: height, width: width) : .windows
    }

    /// The faster method for a 3×3 convolution of stride 1.
    ///
    /// - Parameters:
    ///   - inputs: channels of the input.
    ///   - outputs: channels of the result.
    ///   - height: rows of the result.
    ///   - width: columns of the result.
    package init(inputs: Int, outputs: Int, height: Int, width: Int) {
        // 36 products for a tile against 9 for a pixel.
        let pays = 4 * (Self.tiles(height: height, width: width) + Self.tilesOfWeights) < height * width
        self = min(inputs, outputs) >= Self.fewestChannels && pays ? .winograd : .windows
    }

    /// Whether the layer can be computed this way at all.
    package func computes(_ layer: Convolution) -> Bool {
        switch self {
        case .windows: true
        case .winograd: layer.weight.shape[1] == 3 && layer.weight.shape[2] == 3 && layer.stride == 1
        }
    }

    /// The most bytes that a 3×3 convolution takes beside its input, its result and what each thread has for itself:
    /// Winograd's method keeps transformed weights and transformed inputs where they are small enough.
    ///
    /// - Parameters:
    ///   - inputs: channels of the input.
    ///   - outputs: channels of the result.
    ///   - height: rows of the result.
    ///   - width: columns of the result.
    /// - Returns: bytes.
    package static func sharedMemory(inputs: Int, outputs: Int, height: Int, width: Int) -> Int {
        guard min(inputs, outputs) >= fewestChannels else { return 0 }
        return WinogradPlan.mostSharedMemory(
            inputs: inputs, outputs: outputs, tiles: tiles(height: height, width: width))
    }

    private static func tiles(height: Int, width: Int) -> Int { ((height + 3) / 4) * ((width + 3) / 4) }
}
