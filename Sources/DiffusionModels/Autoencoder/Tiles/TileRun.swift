import Tensors

/// A tile on its way through a chain: what it holds between two steps.
struct TileRun: Sendable {
    /// Feature maps that a step makes on its way to its convolution are made in bands of rows no larger than this, in
    /// bytes. The bands follow from the tile's geometry, not from the memory there is, because they can change bits.
    static let largestBand = 32 << 20
    /// Narrower bands would mostly compute their margins.
    static let fewestBandRows = 8

    let path: TilePath
    /// The step that comes next.
    private(set) var position = 0
    private var map: Tensor
    private var kept: Tensor?

    /// A tile at its beginning.
    ///
    /// - Parameters:
    ///   - path: the tile's regions.
    ///   - input: the first of them, `[batch, rows, columns, channels]`.
    init(_ path: TilePath, input: Tensor) {
        precondition(
            input.shape[1] == path.regions[0].rows.count && input.shape[2] == path.regions[0].columns.count,
            "\(input.shape) is not the part of the input that the tile needs")
        self.init(path, position: 0, map: input, kept: nil)
    }

    /// A tile that was parked.
    init(_ path: TilePath, position: Int, map: Tensor, kept: Tensor?) {
        self.path = path
        self.position = position
        self.map = map
        self.kept = kept
    }

    /// What has to be kept of a tile that waits: the map, and what its residual block will add.
    var state: (position: Int, map: Tensor, kept: Tensor?) { (position, map, kept) }

    /// The tile's core after the last step, `[batch, rows, columns, channels]`.
    var output: Tensor { map }

    /// Goes on to the next normalisation.
    ///
    /// - Parameters:
    ///   - moments: the statistics of the whole picture for the normalisation that the tile waits at; nil when it has
    ///     not come to one yet.
    ///   - chain: the layers.
    ///   - backend: where it is computed.
    /// - Returns: the statistics of the core at the next normalisation, for each batch item and group; nil at the end.
    mutating func advance(
        _ moments: [GroupMoments]?, of chain: LayerChain, on backend: any ComputeBackend
    ) -> [GroupMoments]? {
        var moments = moments
        while position < chain.steps.count {
            let step = chain.steps[position]
            if case .normalizedConvolution(let norm, _, _) = step, moments == nil {
                let core = path.cores[position].relative(to: path.regions[position])
                return backend.groupMoments(map, within: core, groups: norm.groups)
            }
            take(step, of: chain, moments: moments, on: backend)
            if step.isBarrier { moments = nil }
            position += 1
        }
        return nil
    }

    private mutating func take(
        _ step: LayerChain.Step, of chain: LayerChain, moments: [GroupMoments]?, on backend: any ComputeBackend
    ) {
        switch step {
        case .normalizedConvolution(let norm, let layer, let opensResidual):
            guard let moments else { preconditionFailure("a normalisation without statistics") }
            if opensResidual { kept = map }
            map = convolve(layer, on: backend) { rows in
                backend.groupNorm(rows, norm, moments: moments, activation: .silu)
            }
        case .upsampledConvolution(let layer):
            map = convolve(layer, magnification: 2, on: backend) { rows in
                backend.resizeNearest(rows, height: 2 * rows.shape[1], width: 2 * rows.shape[2])
            }
        case .convolution(let layer):
            map = convolve(layer, on: backend)
        case .keepShortcut(let layer):
            guard let whole = kept, let close = chain.steps[position...].firstIndex(where: \.closesResidual),
                let open = chain.steps[..<position].lastIndex(where: \.isBarrier)
            else { preconditionFailure("a shortcut outside a residual block") }
            let needed = whole.cropped(to: path.regions[close].relative(to: path.regions[open]))
            kept = nil
            kept = layer.map { backend.convolution(needed, $0) } ?? needed
        case .closeResidual:
            guard let other = kept.take() else {
                preconditionFailure("the end of a residual block without its beginning")
            }
            map = backend.add(map, consume other)
        }
    }

    /// What `layer` needs for a region of its result.
    private func input(of layer: Convolution, for output: Region, magnification: Int) -> ConvolutionInput {
        ConvolutionInput(output, layer, within: path.extents[position].scaled(by: magnification))
    }

    /// A convolution of what `prepare` makes of the map, in bands of rows where that would be large.
    private func convolve(
        _ layer: Convolution, magnification: Int = 1, on backend: any ComputeBackend,
        _ prepare: (Tensor) -> Tensor = { $0 }
    ) -> Tensor {
        let (region, output) = (path.regions[position], path.regions[position + 1])
        func prepared(_ band: Region) -> (Tensor, Convolution) {
            let needed = input(of: layer, for: band, magnification: magnification)
            let source = Region(rows: needed.held.covered(by: magnification).rows, columns: region.columns)
            let rows = band == output ? map : map.rows(source.relative(to: region).rows)
            let prepared = prepare(rows).cropped(
                to: needed.held.relative(to: source.scaled(by: magnification)))
            return (prepared, layer.padded(needed.padding))
        }
        let rowBytes = magnification * region.columns.count * layer.inputs * MemoryLayout<Float>.stride
        let bandRows = max(Self.fewestBandRows, Self.largestBand / rowBytes)
        guard map.shape[0] == 1, output.rows.count > bandRows else {
            let (input, layer) = prepared(output)
            return backend.convolution(input, layer)
        }
        var result = Tensor(uninitialized: [1, output.rows.count, output.columns.count, layer.outputs])
        for top in stride(from: output.rows.lowerBound, to: output.rows.upperBound, by: bandRows) {
            let band = Region(rows: top..<min(top + bandRows, output.rows.upperBound), columns: output.columns)
            let (input, layer) = prepared(band)
            backend.convolution(input, layer, into: &result, row: top - output.rows.lowerBound)
        }
        return result
    }
}
