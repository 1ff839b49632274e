import Tensors

/// A tile on its way through a chain: what it holds between two steps.
struct TileRun: Sendable {
    /// Feature maps that a step makes on its way to its convolution are made in bands of rows no larger than this, in
    /// bytes, however much the backend would like at a time.
    static let largestBand = 32 << 20
    /// A convolution transforms its weights for every band, which is to be a small part of the work, and has more to share
    /// out among threads in a larger one.
    private static let fewestBandPixels = 16384
    /// Narrower bands would mostly compute their margins.
    private static let fewestBandRows = 8
    /// Bands of so many rows, or multiples of it, give the bits of one.
    private static let bandUnit = 4

    /// What a residual block will add to its result.
    struct Kept: Sendable {
        /// `[batch, rows, columns, channels]`.
        var map: Tensor
        /// What it covers.
        let region: Region
    }

    let path: TilePath
    /// The step that comes next.
    private(set) var position = 0
    private var map: Tensor
    private var kept: Kept?

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
    init(_ path: TilePath, position: Int, map: Tensor, kept: Kept?) {
        self.path = path
        self.position = position
        self.map = map
        self.kept = kept
    }

    /// What has to be kept of a tile that waits: the map, and what its residual block will add.
    var state: (position: Int, map: Tensor, kept: Kept?) { (position, map, kept) }

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
        case .normalizedConvolution(let norm, let layer, let place):
            guard let moments else { preconditionFailure("a normalisation without statistics") }
            var added: Kept?
            switch place {
            case .opening: kept = Kept(map: map, region: path.regions[position])
            case .closing:
                added = kept.take()
                precondition(added != nil, "the end of a residual block without its beginning")
            case .outside: break
            }
            map = convolve(layer, adding: added, on: backend) { rows in
                backend.groupNorm(rows, norm, moments: moments, activation: .silu)
            }
        case .upsampledConvolution(let layer):
            map = convolve(layer, magnification: 2, on: backend) { rows in
                backend.resizeNearest(rows, height: 2 * rows.shape[1], width: 2 * rows.shape[2])
            }
        case .convolution(let layer):
            map = convolve(layer, on: backend)
        case .shortcut(let layer):
            guard let whole = kept.take() else { preconditionFailure("a shortcut outside a residual block") }
            let region = path.blockResult(at: position, in: chain)
            let needed = whole.map.cropped(to: region.relative(to: whole.region))
            kept = Kept(map: backend.convolution(needed, layer), region: region)
        }
    }

    /// What `layer` needs for a region of its result.
    private func input(of layer: Convolution, for output: Region, magnification: Int) -> ConvolutionInput {
        ConvolutionInput(output, layer, within: path.extents[position].scaled(by: magnification))
    }

    /// Rows of the result that are computed at a time.
    ///
    /// - Parameters:
    ///   - rowBytes: what a row of the convolution's input takes.
    ///   - columns: of the result.
    ///   - workingSet: bytes of input that are best made at a time.
    /// - Returns: rows, a multiple of four.
    static func bandRows(rowBytes: Int, columns: Int, workingSet: Int) -> Int {
        let fewest = max(min(fewestBandPixels / columns, largestBand / rowBytes), fewestBandRows)
        let rows = max(min(workingSet, largestBand) / rowBytes, fewest)
        return (rows + bandUnit - 1) / bandUnit * bandUnit
    }

    /// A convolution of what `prepare` makes of the map, in bands of rows: what is prepared of one is used before it
    /// leaves the caches, and the sum of a residual block taken while the result is still there.
    private func convolve(
        _ layer: Convolution, magnification: Int = 1, adding kept: Kept? = nil, on backend: any ComputeBackend,
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
        guard map.shape[0] == 1 else {
            // Whole pictures of a batch.
            let (input, layer) = prepared(output)
            let result = backend.convolution(input, layer)
            return kept.map { backend.add($0.map, result) } ?? result
        }
        let bandRows = Self.bandRows(
            rowBytes: magnification * region.columns.count * layer.inputs * MemoryLayout<Float>.stride,
            columns: output.columns.count, workingSet: backend.workingSet)
        var result = Tensor(uninitialized: [1, output.rows.count, output.columns.count, layer.outputs])
        for top in stride(from: output.rows.lowerBound, to: output.rows.upperBound, by: bandRows) {
            let band = Region(rows: top..<min(top + bandRows, output.rows.upperBound), columns: output.columns)
            let (input, layer) = prepared(band)
            let row = top - output.rows.lowerBound
            backend.convolution(input, layer, into: &result, row: row)
            if let kept { backend.add(kept.map, band.relative(to: kept.region), to: &result, row: row) }
        }
        return result
    }
}
