import CKernels

extension CPUBackend {
    /// Queries and keys in one step of the streamed softmax: the scores of a block stay in the second-level cache.
    private static let queryBlock = 96
    private static let keyBlock = 256

    /// See ``ComputeBackend/attention(queries:keys:values:heads:causal:)``.
    public func attention(queries: Tensor, keys: Tensor, values: Tensor, heads: Int, causal: Bool) -> Tensor {
        let channels = queries.shape[2]
        precondition(channels % heads == 0 && keys.shape == values.shape && keys.shape[2] == channels)
        let (batch, tokens, keyTokens, width) = (
            queries.shape[0], queries.shape[1], keys.shape[1], channels / heads
        )
        let result = Tensor(uninitialized: queries.shape)
        let blocks = (tokens + Self.queryBlock - 1) / Self.queryBlock
        let scale = 1 / Float(width).squareRoot()
        pool.forEach(batch * heads * blocks) { index in
            let (itemAndHead, block) = index.quotientAndRemainder(dividingBy: blocks)
            let (item, head) = itemAndHead.quotientAndRemainder(dividingBy: heads)
            let first = block * Self.queryBlock
            let keyOffset = item * keyTokens * channels + head * width
            let queryOffset = (item * tokens + first) * channels + head * width
            attend(
                rows: min(Self.queryBlock, tokens - first), keyTokens: keyTokens, width: width, stride: channels,
                scale: scale, firstRow: causal ? first : nil, queries: queries.pointer + queryOffset,
                keys: keys.pointer + keyOffset, values: values.pointer + keyOffset,
                result: result.pointer + queryOffset)
        }
        return result
    }

    /// One block of queries of one head against all its keys.
    private func attend(
        rows: Int, keyTokens: Int, width: Int, stride: Int, scale: Float, firstRow: Int?,
        queries: UnsafePointer<Float>, keys: UnsafePointer<Float>, values: UnsafePointer<Float>,
        result: UnsafeMutablePointer<Float>
    ) {
        let scratch = Tensor(uninitialized: [rows * (Self.keyBlock + 3)])
        let scores = scratch.pointer
        let maximum = scores + rows * Self.keyBlock
        let sum = maximum + rows
        let correction = sum + rows
        maximum.update(repeating: -.infinity, count: rows)
        sum.update(repeating: 0, count: rows)
        // A causal block sees no key after its last row.
        let end = firstRow.map { min(keyTokens, $0 + rows) } ?? keyTokens
        for start in Swift.stride(from: 0, to: end, by: Self.keyBlock) {
            let columns = min(Self.keyBlock, end - start)
            multiply(
                rows: rows, columns: columns, depth: width, a: queries, strideA: stride, b: keys + start * stride,
                strideB: stride, transposeB: true, beta: 0, c: scores, strideC: Self.keyBlock)
            kernels.softmax_step(
                rows, columns, Self.keyBlock, scale, firstRow != nil, (firstRow ?? 0) - start + 1, scores, maximum,
                sum, correction)
            if start > 0 { kernels.scale_rows(rows, width, stride, correction, result) }
            multiply(
                rows: rows, columns: width, depth: columns, a: scores, strideA: Self.keyBlock,
                b: values + start * stride, strideB: stride, transposeB: false, beta: start > 0 ? 1 : 0, c: result,
                strideC: stride)
        }
        for row in 0..<rows { sum[row] = 1 / sum[row] }
        kernels.scale_rows(rows, width, stride, sum, result)
        _fixLifetime(scratch)
    }

    /// See ``ComputeBackend/selfAttend(_:temperature:calibration:)``.
    public func selfAttend(_ z: Tensor, temperature: Float, calibration: PowerCalibration) -> Tensor {
        let (tokens, channels) = (z.shape[1] * z.shape[2], z.shape[3])
        precondition(channels <= CK_SELF_ATTEND_MAX_CHANNELS, "\(channels) channels are too many for self-attention")
        let result = Tensor(uninitialized: z.shape)
        let blocks = (tokens + Self.queryBlock - 1) / Self.queryBlock
        let (kind, alpha) = calibration.kernel
        pool.forEach(z.shape[0] * blocks) { index in
            let (item, block) = index.quotientAndRemainder(dividingBy: blocks)
            let offset = item * tokens * channels
            let first = block * Self.queryBlock
            kernels.self_attend(
                tokens, channels, z.pointer + offset, temperature, kind, alpha, first,
                min(tokens, first + Self.queryBlock), result.pointer + offset)
        }
        return result
    }
}

extension PowerCalibration {
    fileprivate var kernel: (ck_calibration, alpha: Float) {
        switch self {
        case .none: (CK_UNCALIBRATED, 0)
        case .meanAndVariance(let alpha): (CK_CALIBRATE_MEAN_AND_VARIANCE, alpha)
        case .variance(let alpha): (CK_CALIBRATE_VARIANCE, alpha)
        }
    }
}
