import Tensors

/// The regions that a tile covers on its way through a chain: as much at every step as the steps after it need, and
/// not a pixel more.
struct TilePath: Sendable {
    /// What is held before each step and, last, the result, in the pixels of the map at that step.
    let regions: [Region]
    /// The core at each of these places; statistics are taken over it.
    let cores: [Region]
    /// The whole map at each of these places.
    let extents: [Region]

    /// - Parameters:
    ///   - chain: the layers.
    ///   - grid: the tiles, in latent cells.
    ///   - tile: which one.
    ///   - inputScale: pixels of the chain's input per latent cell.
    init(_ chain: LayerChain, grid: TileGrid, tile: Int, inputScale: Int) {
        var extents = [Region(height: grid.height, width: grid.width).scaled(by: inputScale)]
        for step in chain.steps {
            var extent = extents[extents.count - 1]
            if let (layer, magnification) = step.reach {
                let size = layer.outputSize(
                    height: extent.rows.count * magnification, width: extent.columns.count * magnification)
                extent = Region(height: size.height, width: size.width)
            }
            extents.append(extent)
        }
        let cores = extents.map { grid[tile].resized(fromHeight: grid.height, to: $0.rows.count) }
        var regions = [cores[cores.count - 1]]
        for (step, extent) in zip(chain.steps, extents).reversed() {
            let needed = regions[regions.count - 1]
            guard let (layer, magnification) = step.reach else {
                regions.append(needed)
                continue
            }
            regions.append(
                ConvolutionInput(needed, layer, within: extent.scaled(by: magnification)).held
                    .covered(by: magnification))
        }
        self.regions = regions.reversed()
        self.cores = cores
        self.extents = extents
    }
}

/// The input of a convolution for a region of its output: what there is of it, and zeros where the picture ends.
struct ConvolutionInput {
    let held: Region
    let padding: Padding

    /// - Parameters:
    ///   - output: the region of the result.
    ///   - layer: the convolution, with its padding at the borders of the whole picture.
    ///   - extent: the whole of the input.
    init(_ output: Region, _ layer: Convolution, within extent: Region) {
        let (rows, top, bottom) = Self.span(
            output.rows, layer.stride, layer.kernel, layer.padding.top, extent.rows.upperBound)
        let (columns, left, right) = Self.span(
            output.columns, layer.stride, layer.kernel, layer.padding.left, extent.columns.upperBound)
        held = Region(rows: rows, columns: columns)
        padding = Padding(top: top, left: left, bottom: bottom, right: right)
    }

    private static func span(
        _ output: Range<Int>, _ stride: Int, _ kernel: Int, _ padding: Int, _ extent: Int
    ) -> (Range<Int>, before: Int, after: Int) {
        let first = output.lowerBound * stride - padding
        let end = (output.upperBound - 1) * stride - padding + kernel
        return (max(0, first)..<min(extent, end), max(0, -first), max(0, end - extent))
    }
}

extension Region {
    /// The smallest region that covers this one when each of its pixels becomes `magnification` pixels wide and high.
    func covered(by magnification: Int) -> Region {
        func cover(_ range: Range<Int>) -> Range<Int> {
            range.lowerBound / magnification..<(range.upperBound + magnification - 1) / magnification
        }
        return Region(rows: cover(rows), columns: cover(columns))
    }

    /// A region of latents, on a map that has `rows` rows where the latents have `height`.
    fileprivate func resized(fromHeight height: Int, to rows: Int) -> Region {
        func place(_ range: Range<Int>) -> Range<Int> {
            range.lowerBound * rows / height..<range.upperBound * rows / height
        }
        return Region(rows: place(self.rows), columns: place(columns))
    }
}
