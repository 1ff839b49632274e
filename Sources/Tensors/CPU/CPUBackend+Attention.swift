import CKernels

extension CPUBackend {
    /// Queries of self-attention that one thread handles at a time: the longest key is looked for once for all of them.
    private static let queryBlock = 192

    /// See ``ComputeBackend/attention(queries:keys:values:heads:causal:)``.
    public func attention(queries: Tensor, keys: Tensor, values: Tensor, heads: Int, causal: Bool) -> Tensor {
        let channels = queries.shape[2]
        precondition(channels % heads == 0 && keys.shape == values.shape && keys.shape[2] == channels)
        let (batch, tokens, keyTokens, width) = (
            queries.shape[0], queries.shape[1], keys.shape[1], channels / heads
        )
        let result = Tensor(uninitialized: queries.shape)
        // Keys and values are packed once for every block of queries: few blocks, of equal length.
        let blocks = (tokens + Int(CK_ATTEND_ROWS) - 1) / Int(CK_ATTEND_ROWS)
        let blockRows = blocks == 0 ? 0 : (tokens + blocks - 1) / blocks
        let scratch = ScratchBlocks(count: kernels.attend_scratch(width))
        pool.forEach(batch * heads * blocks) { index in
            let (itemAndHead, block) = index.quotientAndRemainder(dividingBy: blocks)
            let (item, head) = itemAndHead.quotientAndRemainder(dividingBy: heads)
            let first = block * blockRows
            let keyOffset = item * keyTokens * channels + head * width
            let queryOffset = (item * tokens + first) * channels + head * width
            scratch.with { scratch in
                kernels.attend(
                    min(blockRows, tokens - first), keyTokens, width, channels, 1 / Float(width).squareRoot(), causal,
                    first, queries.pointer + queryOffset, keys.pointer + keyOffset, values.pointer + keyOffset,
                    result.pointer + queryOffset, scratch)
            }
        }
        return result
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
