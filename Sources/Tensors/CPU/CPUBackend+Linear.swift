import CKernels

extension CPUBackend {
    /// See ``ComputeBackend/linear(_:_:activation:)``.
    public func linear(_ x: Tensor, _ layer: Linear, activation: Activation) -> Tensor {
        precondition(x.shape.last == layer.inputs, "\(x.shape) does not end in \(layer.inputs)")
        let result = Tensor(uninitialized: x.shape.dropLast() + [layer.outputs])
        if precision == .fixed16 {
            fixedProduct(rows: result.count / max(1, layer.outputs), x, layer, activation, result: result)
            return result
        }
        product(
            rows: result.count / max(1, layer.outputs), inputs: layer.inputs, outputs: layer.outputs, x.pointer,
            layer.weight, layer.bias, activation, result: result.pointer)
        return result
    }

    /// `activation(x Wᵀ + b)` of dense rows; `weight` has `outputs` rows of `inputs` elements.
    ///
    /// The rows of all batch items are one matrix: an element's bits do not depend on where it lies (see `product`
    /// among the kernels), and every weight is widened once for all of them. Only a block of the weights is ever
    /// wide, one per thread.
    func product(
        rows: Int, inputs: Int, outputs: Int, _ x: UnsafePointer<Float>, _ weight: Parameter, _ bias: Tensor?,
        _ activation: Activation, result: UnsafeMutablePointer<Float>
    ) {
        let blocks = LinearBlocks(rows: rows, columns: outputs)
        let scratch = ScratchBlocks(count: Int(CK_PRODUCT_SCRATCH))
        pool.forEach(blocks.count) { index in
            let (rows, columns) = blocks[index]
            scratch.with { scratch in
                kernels.product(
                    rows.count, columns.count, inputs, x + rows.lowerBound * inputs,
                    weight.row(columns.lowerBound), weight.kernelStorage,
                    bias.map { UnsafePointer($0.pointer + columns.lowerBound) }, activation.kernel,
                    result + rows.lowerBound * outputs + columns.lowerBound, outputs, scratch)
            }
        }
        _fixLifetime(weight)
        _fixLifetime(bias)
    }
}

/// How the result of a linear layer is cut into pieces of work.
struct LinearBlocks {
    let rows: Int
    let columns: Int
    let blockRows: Int
    let blockColumns: Int

    /// Pieces that are aimed at, so that threads end at nearly the same time.
    private static let pieces = 16
    /// Fewer rows than so many would make widening the weights for each block a notable part of the work.
    private static let fewestRows = 384
    /// Rows and columns of blocks are multiples of what the widest kernels compute at a time.
    private static let unit = (rows: 96, columns: 32)

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        let columnBlocks = max(1, Self.quotient(columns, Int(CK_PRODUCT_COLUMNS)))
        blockColumns = Self.quotient(Self.quotient(columns, columnBlocks), Self.unit.columns) * Self.unit.columns
        let rowBlocks = max(1, min(rows / Self.fewestRows, Self.quotient(Self.pieces, columnBlocks)))
        blockRows = Self.quotient(Self.quotient(rows, rowBlocks), Self.unit.rows) * Self.unit.rows
    }

    /// Rounded up.
    private static func quotient(_ dividend: Int, _ divisor: Int) -> Int { (dividend + divisor - 1) / divisor }

    private var columnBlocks: Int { columns == 0 ? 0 : Self.quotient(columns, blockColumns) }

    /// How many blocks there are.
    var count: Int { rows == 0 ? 0 : Self.quotient(rows, blockRows) * columnBlocks }

    /// The rows and columns of block `index`. Blocks of the same columns follow one another.
    subscript(index: Int) -> (rows: Range<Int>, columns: Range<Int>) {
        let (column, row) = index.quotientAndRemainder(dividingBy: count / columnBlocks)
        return (
            row * blockRows..<min(rows, (row + 1) * blockRows),
            column * blockColumns..<min(columns, (column + 1) * blockColumns)
        )
    }
}
