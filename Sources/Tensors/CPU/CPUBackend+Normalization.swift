import CKernels

extension CPUBackend {
    /// Pixels whose sums are taken at once; a function of the number of channels, so that the order of the sums is
    /// always the same.
    private func pixelsPerBlock(channels: Int) -> Int { max(1, Self.grain / channels) }

    /// See ``ComputeBackend/groupMoments(_:groups:)``.
    public func groupMoments(_ x: Tensor, groups: Int) -> [GroupMoments] {
        let channels = x.shape[x.shape.count - 1]
        let batch = x.shape[0]
        let pixels = x.count / channels / batch
        let step = pixelsPerBlock(channels: channels)
        let blocks = (pixels + step - 1) / step
        // For each block: the channels' sums, then their sums of squares.
        var sums = [Double](repeating: 0, count: batch * blocks * 2 * channels)
        sums.withUnsafeMutableBufferPointer { sums in
            guard let base = sums.baseAddress else { return }
            nonisolated(unsafe) let target = base  // each block writes its own part
            pool.forEach(batch * blocks) { index in
                let (item, block) = index.quotientAndRemainder(dividingBy: blocks)
                let first = block * step
                let count = min(pixels, first + step) - first
                let sum = target + index * 2 * channels
                kernels.channel_sums(
                    count, channels, x.pointer + (item * pixels + first) * channels, sum, sum + channels)
            }
        }
        let width = channels / groups
        return (0..<batch * groups).map { index in
            let (item, group) = index.quotientAndRemainder(dividingBy: groups)
            var sum = 0.0
            var squares = 0.0
            for block in 0..<blocks {
                let base = (item * blocks + block) * 2 * channels + group * width
                for channel in base..<base + width {
                    sum += sums[channel]
                    squares += sums[channel + channels]
                }
            }
            let count = Double(pixels * width)
            let mean = sum / count
            return GroupMoments(count: count, mean: mean, squaredDeviations: max(0, squares - sum * mean))
        }
    }

    /// See ``ComputeBackend/groupNorm(_:_:moments:activation:)``.
    public func groupNorm(
        _ x: Tensor, _ norm: GroupNorm, moments: [GroupMoments], activation: Activation
    ) -> Tensor {
        let channels = x.shape[x.shape.count - 1]
        let batch = x.shape[0]
        let pixels = x.count / channels / batch
        precondition(norm.weight.count == channels && moments.count == batch * norm.groups)
        let result = Tensor(uninitialized: x.shape)
        for item in 0..<batch {
            // y = (x − mean)/deviation · weight + bias as one multiplication and one addition.
            let scale = Tensor(uninitialized: [channels])
            let shift = Tensor(uninitialized: [channels])
            let width = channels / norm.groups
            for channel in 0..<channels {
                let group = moments[item * norm.groups + channel / width]
                let inverse = 1 / (group.variance + Double(norm.epsilon)).squareRoot()
                let factor = inverse * Double(norm.weight.pointer[channel])
                scale.pointer[channel] = Float(factor)
                shift.pointer[channel] = Float(Double(norm.bias.pointer[channel]) - group.mean * factor)
            }
            let start = item * pixels * channels
            forEachRange(pixels * channels, unit: channels) { range in
                kernels.scale_shift(
                    range.count / channels, channels, x.pointer + start + range.lowerBound, scale.pointer,
                    shift.pointer, activation.kernel, result.pointer + start + range.lowerBound)
            }
            _fixLifetime(scale)
            _fixLifetime(shift)
        }
        return result
    }

    /// See ``ComputeBackend/layerNorm(_:_:)``.
    public func layerNorm(_ x: Tensor, _ norm: LayerNorm) -> Tensor {
        let width = norm.weight.count
        precondition(x.shape.last == width)
        let result = Tensor(uninitialized: x.shape)
        forEachRange(x.count, unit: width) { range in
            kernels.layer_norm(
                range.count / width, width, x.pointer + range.lowerBound, norm.weight.pointer, norm.bias.pointer,
                norm.epsilon, result.pointer + range.lowerBound)
        }
        return result
    }
}
