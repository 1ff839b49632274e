import CKernels

extension CPUBackend {
    /// See ``ComputeBackend/resizeNearest(_:height:width:)``.
    public func resizeNearest(_ x: Tensor, height: Int, width: Int) -> Tensor {
        let (batch, rows, columns, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let result = Tensor(uninitialized: [batch, height, width, channels])
        let sourceColumns = nearestSources(count: width, from: columns)
        let sourceRows = nearestSources(count: height, from: rows)
        pool.forEach(batch * height) { index in
            let (item, row) = index.quotientAndRemainder(dividingBy: height)
            let source = x.pointer + (item * rows + sourceRows[row]) * columns * channels
            var target = result.pointer + index * width * channels
            for column in sourceColumns {
                target.update(from: source + column * channels, count: channels)
                target += channels
            }
        }
        return result
    }

    /// torch's rule: floor of the position times the ratio of the sizes, in binary32.
    private func nearestSources(count: Int, from size: Int) -> [Int] {
        let ratio = Float(size) / Float(count)
        return (0..<count).map { min(Int(Float($0) * ratio), size - 1) }
    }

    /// See ``ComputeBackend/resizeBicubic(_:height:width:)``.
    public func resizeBicubic(_ x: Tensor, height: Int, width: Int) -> Tensor {
        let (batch, rows, columns, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let horizontal = CubicTaps(count: width, from: columns)
        let vertical = CubicTaps(count: height, from: rows)
        let result = Tensor(uninitialized: [batch, height, width, channels])
        let rowSize = width * channels
        // Strips of output rows, each with its own window of horizontally resampled input rows.
        let stripRows = 64
        let strips = (height + stripRows - 1) / stripRows
        func lines(of strip: Int) -> Range<Int> { strip * stripRows..<min(height, (strip + 1) * stripRows) }
        let longest = (0..<strips).map { vertical.sources(of: lines(of: $0)).count }.max() ?? 0
        let windows = ScratchBlocks(count: longest * rowSize)
        pool.forEach(batch * strips) { index in
            let (item, strip) = index.quotientAndRemainder(dividingBy: strips)
            let lines = lines(of: strip)
            let sources = vertical.sources(of: lines)
            windows.with { window in
                for row in sources {
                    kernels.resample_row(
                        width, channels, x.pointer + (item * rows + row) * columns * channels, horizontal.indices,
                        horizontal.weights, window + (row - sources.lowerBound) * rowSize)
                }
                for line in lines {
                    let taps = (0..<4).map { tap in
                        UnsafePointer(
                            window + (Int(vertical.indices[4 * line + tap]) - sources.lowerBound) * rowSize)
                    }
                    vertical.weights.withUnsafeBufferPointer { weights in
                        guard let base = weights.baseAddress else { return }
                        kernels.blend_rows(
                            rowSize, taps, base + 4 * line, result.pointer + (item * height + line) * rowSize)
                    }
                }
            }
        }
        return result
    }
}

/// For each output position the four input positions and weights of a cubic convolution with a = −0.75.
private struct CubicTaps {
    private(set) var indices: [Int32] = []
    private(set) var weights: [Float] = []

    init(count: Int, from size: Int) {
        let ratio = Float(size) / Float(count)
        for position in 0..<count {
            let source = (Float(position) + 0.5) * ratio - 0.5
            let floor = source.rounded(.down)
            let t = source - floor
            for tap in -1...2 { indices.append(Int32(min(max(Int(floor) + tap, 0), size - 1))) }
            weights += [Self.outer(t + 1), Self.inner(t), Self.inner(1 - t), Self.outer(2 - t)]
        }
    }

    /// The input positions that a range of output positions is made of.
    func sources(of positions: Range<Int>) -> ClosedRange<Int> {
        Int(indices[4 * positions.lowerBound])...Int(indices[4 * positions.upperBound - 1])
    }

    private static let a: Float = -0.75

    private static func inner(_ x: Float) -> Float { ((a + 2) * x - (a + 3)) * x * x + 1 }

    private static func outer(_ x: Float) -> Float { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
}
