public import Tensors

/// Windows over latents that overlap, for predictions that are made in pieces of the size a model was trained on and
/// blended (MultiDiffusion, arXiv 2302.08113; DemoFusion, arXiv 2311.16973).
///
/// A window's prediction counts most in its middle and least at its border: by a raised cosine in both directions,
/// divided by the sum of all windows' in the same cell. Every window is conditioned on the size of the whole picture, as
/// a single pass over all of it would be; which part of the picture it sees is not said to the model.
public struct LatentWindows: Sendable, Hashable {
    package let rows: WindowAxis
    package let columns: WindowAxis

    /// - Parameters:
    ///   - latents: the size of all latents in cells.
    ///   - edge: the edge of a window in cells, at least 1; where there are fewer cells, all of them.
    ///   - overlap: the fewest cells that neighbours have in common, below `edge`.
    public init(_ latents: Extent, edge: Int, overlap: Int) {
        rows = WindowAxis(count: latents.height, edge: edge, overlap: overlap)
        columns = WindowAxis(count: latents.width, edge: edge, overlap: overlap)
    }

    /// The size of the latents in cells.
    public var latents: Extent { Extent(height: rows.count, width: columns.count) }

    /// The size of every window in cells.
    public var window: Extent { Extent(height: rows.edge, width: columns.edge) }

    /// How many windows there are.
    public var count: Int { rows.starts.count * columns.starts.count }

    /// The cells of window `index`, 0..<``count``, row by row.
    public func region(_ index: Int) -> Region {
        let (row, column) = place(index)
        return Region(
            rows: rows.starts[row]..<rows.starts[row] + rows.edge,
            columns: columns.starts[column]..<columns.starts[column] + columns.edge)
    }

    /// What a window's prediction is in the whole: every cell times the window's share of it.
    ///
    /// - Parameters:
    ///   - prediction: `[1, height, width, channels]` in the size of ``window``.
    ///   - index: 0..<``count``, row by row.
    /// - Returns: what is to be added to the sum, in the shape of `prediction`.
    func weighted(_ prediction: Tensor, window index: Int) -> Tensor {
        let (row, column) = place(index)
        let (vertical, horizontal) = (rows.shares[row], columns.shares[column])
        let channels = prediction.shape[3]
        precondition(prediction.shape == [1, vertical.count, horizontal.count, channels], "not a window's prediction")
        var result = prediction
        result.withMutableSpan { elements in
            var position = 0
            for down in vertical {
                for across in horizontal {
                    let share = down * across
                    for _ in 0..<channels {
                        elements[position] *= share
                        position += 1
                    }
                }
            }
        }
        return result
    }

    private func place(_ index: Int) -> (row: Int, column: Int) {
        let (row, column) = index.quotientAndRemainder(dividingBy: columns.starts.count)
        return (row, column)
    }
}
