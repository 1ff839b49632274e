import Tensors

/// Layers that follow one another and see only a neighbourhood of each pixel, apart from the statistics of their group
/// normalisations: what can be computed in tiles.
///
/// A whole picture runs through the same steps as one tile that covers it.
struct LayerChain: Sendable {
    /// One step. The pixels that a step needs beyond its own follow from its convolution.
    enum Step: Sendable {
        /// Group normalisation, SiLU and a convolution. The statistics are those of the whole picture: here tiles wait
        /// for one another.
        case normalizedConvolution(GroupNorm, Convolution, ResidualPlace)
        /// Twice the size by nearest neighbour, then a convolution.
        case upsampledConvolution(Convolution)
        case convolution(Convolution)
        /// A 1×1 convolution of what was kept takes its place.
        case shortcut(Convolution)
    }

    /// What a normalised convolution is of a residual block.
    enum ResidualPlace: Sendable {
        /// Its first: the input is kept.
        case opening
        /// Its last: what was kept is added to the result.
        case closing
        /// None.
        case outside
    }

    let steps: [Step]

    /// The normalisations that every tile has to wait at.
    var barriers: Int { steps.count { $0.isBarrier } }

    /// Channels of the input.
    var inputChannels: Int { steps.lazy.compactMap { $0.reach?.layer.inputs }.first ?? 0 }

    /// Runs whole pictures through all steps.
    ///
    /// - Parameters:
    ///   - input: `[batch, height, width, channels]`.
    ///   - backend: where it is computed.
    /// - Returns: `[batch, height', width', channels']`.
    func callAsFunction(_ input: Tensor, on backend: any ComputeBackend) -> Tensor {
        let grid = TileGrid(height: input.shape[1], width: input.shape[2], core: nil)
        var run = TileRun(TilePath(self, grid: grid, tile: 0, inputScale: 1), input: input)
        var moments: [GroupMoments]?
        while let next = run.advance(moments, of: self, on: backend) { moments = next }
        return run.output
    }
}

extension LayerChain.Step {
    var isBarrier: Bool {
        if case .normalizedConvolution = self { true } else { false }
    }

    var opensResidual: Bool {
        if case .normalizedConvolution(_, _, .opening) = self { true } else { false }
    }

    var closesResidual: Bool {
        if case .normalizedConvolution(_, _, .closing) = self { true } else { false }
    }

    /// The convolution on the way of the picture itself, and how much larger its input is than the step's.
    var reach: (layer: Convolution, magnification: Int)? {
        switch self {
        case .normalizedConvolution(_, let layer, _), .convolution(let layer): (layer, 1)
        case .upsampledConvolution(let layer): (layer, 2)
        case .shortcut: nil
        }
    }
}
