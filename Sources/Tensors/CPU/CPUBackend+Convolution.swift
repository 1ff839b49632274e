import CKernels

extension CPUBackend {
    /// See ``ComputeBackend/convolution(_:_:)``.
    public func convolution(_ x: Tensor, _ layer: Convolution) -> Tensor {
        precondition(x.shape.count == 4 && x.shape[3] == layer.inputs, "\(x.shape) has not \(layer.inputs) channels")
        let (height, width) = (x.shape[1], x.shape[2])
        let output = layer.outputSize(height: height, width: width)
        let result = Tensor(uninitialized: [x.shape[0], output.height, output.width, layer.outputs])
        let forced = convolutionMethod.flatMap { $0.computes(layer) ? $0 : nil }
        switch forced ?? ConvolutionMethod(layer, height: height, width: width) {
        case .windows: multiplyWindows(x, layer, into: result)
        case .winograd: winograd(x, layer, into: result)
        }
        return result
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
        let blocks = ProductBlocks(rows: pixels, columns: layer.outputs)
        withWidened(layer.weight) { weight in
            pool.forEach(x.shape[0] * blocks.count) { index in
                let (item, block) = index.quotientAndRemainder(dividingBy: blocks.count)
                let part = blocks[block]
                let picture = x.pointer + item * height * width * layer.inputs
                let firstPixel = item * pixels + part.rows.lowerBound
                let target = result.pointer + firstPixel * layer.outputs + part.columns.lowerBound
                let kernel = weight + part.columns.lowerBound * depth
                let windows = Storage(byteCount: part.rows.count * depth * MemoryLayout<Float>.stride)
                let floats = windows.base.assumingMemoryBound(to: Float.self)
                ck_gather_windows(
                    picture, height, width, layer.inputs, windowRows, windowColumns, layer.stride,
                    layer.padding.top, layer.padding.left, output.width, part.rows.lowerBound,
                    part.rows.upperBound, floats)
                multiply(
                    rows: part.rows.count, columns: part.columns.count, depth: depth, a: floats, strideA: depth,
                    b: kernel, strideB: depth, transposeB: true, beta: 0, c: target, strideC: layer.outputs)
                _fixLifetime(windows)
                finish(target, part.rows.count, part.columns, layer.outputs, layer.bias, .none)
            }
        }
    }
}
