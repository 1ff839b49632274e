import CKernels
import COpenBLAS

/// How the product of an `rows`×`depth` and a `depth`×`columns` matrix is cut into OpenBLAS calls.
///
/// A function of the product's own shape and nothing else. Blocks of rows are multiples of 12, the height of
/// OpenBLAS' kernels, so that only the last one has a ragged edge.
struct ProductBlocks {
    let rows: Int
    let columns: Int
    let blockRows: Int
    let blockColumns: Int

    /// - Parameters:
    ///   - rows: rows of the result for one batch item.
    ///   - columns: columns of the result.
    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        blockRows = min(rows, 384)
        // Few rows leave threads without work unless the columns are cut, too.
        blockColumns = rows >= 4 * 384 ? columns : min(columns, max(64, (columns / 4 + 63) / 64 * 64))
    }

    private var columnBlocks: Int { (columns + blockColumns - 1) / blockColumns }

    /// How many blocks there are.
    var count: Int { (rows + blockRows - 1) / blockRows * columnBlocks }

    /// The rows and columns of block `index`.
    subscript(index: Int) -> (rows: Range<Int>, columns: Range<Int>) {
        let row = index / columnBlocks * blockRows
        let column = index % columnBlocks * blockColumns
        return (row..<min(rows, row + blockRows), column..<min(columns, column + blockColumns))
    }
}

/// `c = a · b + beta · c`, row major, on the calling thread. `transposeB`: b is stored columns × depth.
@inline(__always)
func multiply(
    rows: Int, columns: Int, depth: Int, a: UnsafePointer<Float>, strideA: Int, b: UnsafePointer<Float>,
    strideB: Int, transposeB: Bool, beta: Float, c: UnsafeMutablePointer<Float>, strideC: Int
) {
    cblas_sgemm(
        CblasRowMajor, CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns),
        Int32(depth), 1, a, Int32(strideA), b, Int32(strideB), beta, c, Int32(strideC))
}

extension CPUBackend {
    /// Adds the bias and applies the activation to a block of a result while it is in the cache.
    func finish(
        _ block: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Range<Int>, _ stride: Int, _ bias: Tensor?,
        _ activation: Activation
    ) {
        if bias == nil && activation == .none { return }
        let offset = bias.map { UnsafePointer($0.pointer + columns.lowerBound) }
        kernels.bias_activate(rows, columns.count, stride, offset, activation.kernel, block)
    }

    /// Calls `body` with a weight's elements as 32-bit floats: in place when they are stored so, widened into scratch
    /// memory otherwise.
    func withWidened(_ weight: Parameter, _ body: (UnsafePointer<Float>) -> Void) {
        if let floats = weight.floats {
            body(floats)
        } else {
            let scratch = Storage(byteCount: weight.count * MemoryLayout<Float>.stride)
            let floats = scratch.base.assumingMemoryBound(to: Float.self)
            forEachRange(weight.count) { weight.widen($0, into: floats + $0.lowerBound) }
            body(floats)
            _fixLifetime(scratch)
        }
        _fixLifetime(weight)
    }
}
