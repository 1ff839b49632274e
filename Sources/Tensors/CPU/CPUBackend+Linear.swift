import CKernels

extension CPUBackend {
    /// See ``ComputeBackend/linear(_:_:activation:)``.
    public func linear(_ x: Tensor, _ layer: Linear, activation: Activation) -> Tensor {
        precondition(x.shape.last == layer.inputs, "\(x.shape) does not end in \(layer.inputs)")
        let result = Tensor(uninitialized: x.shape.dropLast() + [layer.outputs])
        let batch = x.shape[0]
        let rows = batch == 0 ? 0 : x.count / layer.inputs / batch
        let blocks = ProductBlocks(rows: rows, columns: layer.outputs)
        withWidened(layer.weight) { weight in
            pool.forEach(batch * blocks.count) { index in
                let (item, block) = index.quotientAndRemainder(dividingBy: blocks.count)
                let part = blocks[block]
                let firstRow = item * rows + part.rows.lowerBound
                let target = result.pointer + firstRow * layer.outputs + part.columns.lowerBound
                multiply(
                    rows: part.rows.count, columns: part.columns.count, depth: layer.inputs,
                    a: x.pointer + firstRow * layer.inputs, strideA: layer.inputs,
                    b: weight + part.columns.lowerBound * layer.inputs, strideB: layer.inputs, transposeB: true,
                    beta: 0, c: target, strideC: layer.outputs)
                finish(target, part.rows.count, part.columns, layer.outputs, layer.bias, activation)
            }
        }
        return result
    }

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
