import CKernels

extension CPUBackend {
    /// See ``ComputeBackend/gatedGELU(_:)``.
    public func gatedGELU(_ x: Tensor) -> Tensor {
        let width = (x.shape.last ?? 0) / 2
        let result = Tensor(uninitialized: x.shape.dropLast() + [width])
        forEachRange(result.count, unit: width) { range in
            kernels.gated_gelu(
                range.count / width, width, x.pointer + 2 * range.lowerBound, result.pointer + range.lowerBound)
        }
        return result
    }

    /// See ``ComputeBackend/activate(_:_:)``.
    public func activate(_ x: consuming Tensor, _ activation: Activation) -> Tensor {
        x.makeUnique()
        let result = x
        forEachRange(result.count) { range in
            kernels.bias_activate(
                1, range.count, range.count, nil, activation.kernel, result.pointer + range.lowerBound)
        }
        return result
    }

    /// See ``ComputeBackend/add(_:_:)``.
    public func add(_ x: Tensor, _ y: consuming Tensor) -> Tensor {
        precondition(x.shape == y.shape, "\(x.shape) and \(y.shape) differ")
        y.makeUnique()
        let result = y
        forEachRange(result.count) { range in
            kernels.accumulate(range.count, x.pointer + range.lowerBound, result.pointer + range.lowerBound)
        }
        return result
    }

    /// See ``ComputeBackend/add(_:_:to:row:)``.
    public func add(_ x: Tensor, _ region: Region, to result: inout Tensor, row: Int) {
        let (columns, channels) = (x.shape[2], x.shape[3])
        let run = region.columns.count * channels
        precondition(
            x.shape[0] == 1 && result.shape[0] == 1 && result.shape[2] * result.shape[3] == run
                && region.rows.upperBound <= x.shape[1] && region.columns.upperBound <= columns
                && row + region.rows.count <= result.shape[1], "\(region) of \(x.shape) is no part of \(result.shape)")
        result.makeUnique()
        let target = result
        pool.forEach(region.rows.count) { index in
            let source = ((region.rows.lowerBound + index) * columns + region.columns.lowerBound) * channels
            kernels.accumulate(run, x.pointer + source, target.pointer + (row + index) * run)
        }
    }

    /// See ``ComputeBackend/addChannels(_:_:)``.
    public func addChannels(_ x: consuming Tensor, _ bias: Tensor) -> Tensor {
        let channels = x.shape[x.shape.count - 1]
        precondition(bias.shape == [x.shape[0], channels])
        x.makeUnique()
        let result = x
        let size = result.count / result.shape[0]
        for item in 0..<result.shape[0] {
            forEachRange(size, unit: channels) { range in
                kernels.bias_activate(
                    range.count / channels, channels, channels, bias.pointer + item * channels, CK_NONE,
                    result.pointer + item * size + range.lowerBound)
            }
        }
        return result
    }

    /// See ``ComputeBackend/concatenateChannels(_:_:)``.
    public func concatenateChannels(_ x: Tensor, _ y: Tensor) -> Tensor {
        precondition(x.shape.dropLast() == y.shape.dropLast(), "\(x.shape) and \(y.shape) differ")
        let (first, second) = (x.shape[x.shape.count - 1], y.shape[y.shape.count - 1])
        let result = Tensor(uninitialized: x.shape.dropLast() + [first + second])
        forEachRange(result.count, unit: first + second) { range in
            let pixels = range.lowerBound / (first + second)..<range.upperBound / (first + second)
            for pixel in pixels {
                let target = result.pointer + pixel * (first + second)
                target.update(from: x.pointer + pixel * first, count: first)
                (target + first).update(from: y.pointer + pixel * second, count: second)
            }
        }
        return result
    }

    /// See ``ComputeBackend/embed(_:ids:)``.
    public func embed(_ table: Parameter, ids: [Int32]) -> Tensor {
        let width = table.shape[1]
        let result = Tensor(uninitialized: [1, ids.count, width])
        for (position, id) in ids.enumerated() {
            precondition(id >= 0 && Int(id) < table.shape[0], "token \(id) is not in a table of \(table.shape[0])")
            let start = Int(id) * width
            table.widen(start..<start + width, into: result.pointer + position * width)
        }
        return result
    }

    /// See ``ComputeBackend/clamp(_:to:)``.
    public func clamp(_ x: consuming Tensor, to range: ClosedRange<Float>) -> Tensor {
        x.makeUnique()
        let result = x
        forEachRange(result.count) { part in
            let elements = result.pointer + part.lowerBound
            kernels.clamp(part.count, range.lowerBound, range.upperBound, elements, elements)
        }
        return result
    }
}
