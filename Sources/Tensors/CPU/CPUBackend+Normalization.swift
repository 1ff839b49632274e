import CKernels

extension CPUBackend {
    /// Pixels whose sums are taken at once; a function of the number of channels, so that the order of the sums is
    /// always the same.
    private func pixelsPerBlock(channels: Int) -> Int { max(1, Self.grain / channels) }

    /// See ``ComputeBackend/groupMoments(_:within:groups:)``.
    public func groupMoments(_ x: Tensor, within region: Region?, groups: Int) -> [GroupMoments] {
        let channels = x.shape[x.shape.count - 1]
        let batch = x.shape[0]
        let runs = PixelRuns(x.shape, region: region, longest: pixelsPerBlock(channels: channels))
        // For each run: the channels' sums, then their sums of squares.
        var sums = [Double](repeating: 0, count: batch * runs.count * 2 * channels)
        sums.withUnsafeMutableBufferPointer { sums in
            guard let base = sums.baseAddress else { return }
            nonisolated(unsafe) let target = base  // each run writes its own part
            pool.forEach(batch * runs.count) { index in
                let (item, run) = index.quotientAndRemainder(dividingBy: runs.count)
                let pixels = runs[run]
                let sum = target + index * 2 * channels
                kernels.channel_sums(
                    pixels.count, channels, x.pointer + (item * runs.itemPixels + pixels.lowerBound) * channels, sum,
                    sum + channels)
            }
        }
        let width = channels / groups
        return (0..<batch * groups).map { index in
            let (item, group) = index.quotientAndRemainder(dividingBy: groups)
            var sum = 0.0
            var squares = 0.0
            for run in 0..<runs.count {
                let base = (item * runs.count + run) * 2 * channels + group * width
                for channel in base..<base + width {
                    sum += sums[channel]
                    squares += sums[channel + channels]
                }
            }
            let count = Double(runs.pixels * width)
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

/// The pixels of a region as stretches that lie together in memory, none too long.
///
/// A function of the shape and the region alone, so that sums over them are always taken in the same order.
private struct PixelRuns {
    /// The pixels of one batch item, inside the region or not.
    let itemPixels: Int
    /// The pixels of the region.
    let pixels: Int
    private let lines: Int
    private let lineStart: Int
    private let lineStride: Int
    private let lineLength: Int
    private let longest: Int

    init(_ shape: [Int], region: Region?, longest: Int) {
        itemPixels = shape.dropFirst().dropLast().reduce(1, *)
        self.longest = longest
        if let region, region.columns != 0..<shape[2] {
            (lines, lineLength) = (region.rows.count, region.columns.count)
            (lineStart, lineStride) = (region.rows.lowerBound * shape[2] + region.columns.lowerBound, shape[2])
        } else {
            // Whole rows are one stretch.
            (lines, lineStride) = (1, 0)
            lineStart = region.map { $0.rows.lowerBound * shape[2] } ?? 0
            lineLength = region?.area ?? itemPixels
        }
        pixels = lines * lineLength
        precondition(lineStart + max(0, lines - 1) * lineStride + lineLength <= itemPixels, "the region lies outside")
    }

    private var runsPerLine: Int { (lineLength + longest - 1) / longest }
    var count: Int { lines * runsPerLine }

    subscript(index: Int) -> Range<Int> {
        let (line, run) = index.quotientAndRemainder(dividingBy: runsPerLine)
        let start = lineStart + line * lineStride
        return start + run * longest..<start + min(lineLength, (run + 1) * longest)
    }
}
