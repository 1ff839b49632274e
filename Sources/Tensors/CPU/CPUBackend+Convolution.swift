import CKernels

extension CPUBackend {
    /// See ``ComputeBackend/convolution(_:_:)``.
    public func convolution(_ x: Tensor, _ layer: Convolution) -> Tensor {
        let result = Tensor(uninitialized: resultShape(x, layer))
        convolve(x, layer, by: method(of: layer, height: result.shape[1], width: result.shape[2]), into: result)
        return result
    }

    /// See ``ComputeBackend/convolution(_:_:into:row:)``.
    public func convolution(_ x: Tensor, _ layer: Convolution, into result: inout Tensor, row: Int) {
        let shape = resultShape(x, layer)
        precondition(
            shape[0] == 1 && result.shape[0] == 1 && shape[2...] == result.shape[2...],
            "\(shape) are no rows of \(result.shape)")
        result.makeUnique()
        let method = method(of: layer, height: result.shape[1], width: result.shape[2])
        convolve(x, layer, by: method, into: result.rows(row..<row + shape[1]))
    }

    /// How a convolution is computed whose whole result has this size.
    private func method(of layer: Convolution, height: Int, width: Int) -> ConvolutionMethod {
        let forced = convolutions.flatMap { $0.computes(layer) ? $0 : nil }
        return forced ?? ConvolutionMethod(layer, resultHeight: height, width: width)
    }

    private func resultShape(_ x: Tensor, _ layer: Convolution) -> [Int] {
        precondition(x.shape.count == 4 && x.shape[3] == layer.inputs, "\(x.shape) has not \(layer.inputs) channels")
        let output = layer.outputSize(height: x.shape[1], width: x.shape[2])
        return [x.shape[0], output.height, output.width, layer.outputs]
    }

    /// Writes to the memory of `result`, which belongs to the caller alone.
    private func convolve(_ x: Tensor, _ layer: Convolution, by method: ConvolutionMethod, into result: Tensor) {
        switch method {
        case .windows: multiplyWindows(x, layer, into: result)
        case .winograd: winograd(x, layer, into: result)
        }
    }

    /// A block of output pixels at a time: their input windows are gathered into the rows of a matrix that is
    /// multiplied by the kernel. Only one such block exists per thread, never the matrix of the whole picture.
    private func multiplyWindows(_ x: Tensor, _ layer: Convolution, into result: Tensor) {
        let (height, width) = (x.shape[1], x.shape[2])
        let output = (height: result.shape[1], width: result.shape[2])
        let (windowRows, windowColumns) = (layer.weight.shape[1], layer.weight.shape[2])
        let depth = windowRows * windowColumns * layer.inputs
        let pixels = output.height * output.width
        let isPointwise = windowRows == 1 && windowColumns == 1 && layer.stride == 1 && layer.padding == Padding(0)
        if isPointwise {
            product(
                rows: x.shape[0] * pixels, inputs: layer.inputs, outputs: layer.outputs, x.pointer, layer.weight,
                layer.bias, .none, result: result.pointer)
            return
        }
        let blocks = WindowBlocks(pictures: x.shape[0], pixels: pixels, depth: depth, outputs: layer.outputs)
        let windows = ScratchBlocks(count: blocks.blockPixels * depth)
        let panels = ScratchBlocks(count: Int(CK_PRODUCT_SCRATCH))
        pool.forEach(blocks.count) { index in
            let (item, pixelRange, outputs) = blocks[index]
            windows.with { windows in
                ck_gather_windows(
                    x.pointer + item * height * width * layer.inputs, height, width, layer.inputs, windowRows,
                    windowColumns, layer.stride, layer.padding.top, layer.padding.left, output.width,
                    pixelRange.lowerBound, pixelRange.upperBound, windows)
                let target = result.pointer + (item * pixels + pixelRange.lowerBound) * layer.outputs
                panels.with { panels in
                    for first in stride(from: outputs.lowerBound, to: outputs.upperBound, by: Int(CK_PRODUCT_COLUMNS)) {
                        kernels.product(
                            pixelRange.count, min(Int(CK_PRODUCT_COLUMNS), outputs.upperBound - first), depth, windows,
                            layer.weight.row(first), layer.weight.kernelStorage,
                            layer.bias.map { UnsafePointer($0.pointer + first) }, CK_NONE, target + first,
                            layer.outputs, panels)
                    }
                }
            }
        }
        _fixLifetime(layer)
    }
}

/// How the result of a convolution by windows is cut into pieces of work. It never changes a bit.
private struct WindowBlocks {
    private let pixels: Int
    private let outputs: Int
    private let blockOutputs: Int
    let blockPixels: Int
    let count: Int

    /// Gathered windows take no more bytes than this.
    private static let largestWindows = 8 << 20
    /// More pixels do not make packing the weights for each block a smaller part of the work.
    private static let mostPixels = 768
    /// Fewer than the rows that kernels take at a time would be filled up.
    private static let fewestPixels = 96
    /// Pieces that keep any number of threads busy; where there are fewer, outputs are shared out as well.
    private static let pieces = 16

    init(pictures: Int, pixels: Int, depth: Int, outputs: Int) {
        self.pixels = pixels
        self.outputs = outputs
        let fitting = Self.largestWindows / (depth * MemoryLayout<Float>.stride)
        blockPixels = min(Self.mostPixels, max(Self.fewestPixels, fitting / Self.fewestPixels * Self.fewestPixels))
        let rows = (pixels + blockPixels - 1) / blockPixels
        blockOutputs = pictures * rows < Self.pieces ? Int(CK_PRODUCT_COLUMNS) : max(1, outputs)
        count = pictures * rows * ((outputs + blockOutputs - 1) / blockOutputs)
    }

    /// The picture, its pixels and the outputs of piece `index`.
    subscript(index: Int) -> (picture: Int, pixels: Range<Int>, outputs: Range<Int>) {
        let columns = (outputs + blockOutputs - 1) / blockOutputs
        let rows = (pixels + blockPixels - 1) / blockPixels
        let (block, column) = index.quotientAndRemainder(dividingBy: columns)
        let (picture, row) = block.quotientAndRemainder(dividingBy: rows)
        return (
            picture, row * blockPixels..<min(pixels, (row + 1) * blockPixels),
            column * blockOutputs..<min(outputs, (column + 1) * blockOutputs)
        )
    }
}
