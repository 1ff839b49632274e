/// `torch.randn` in float32. torch has two ways, both Box and Muller's: fewer than 16 values are drawn one by
/// one in binary64; more are drawn as uniforms first and transformed in blocks of 16 in binary32.
extension TorchGenerator {
    /// How many values torch transforms at a time, and the length from which it does so.
    private static let block = 16
    /// 2π to nearest; `Float.pi` is rounded towards zero.
    private static let turn = Float(2 * Double.pi)

    /// `torch.randn(count)`. The logarithm and the cosine are this project's own, so that the bits are the same
    /// on every host; they differ from torch's vectorised ones by up to 2·10⁻⁶.
    public mutating func randn(count: Int) -> [Float] { randn(shape: [count]).values }

    /// `torch.randn(shape)`, in row-major order of `shape`.
    ///
    /// torch draws latents as `[batch, channels, height, width]`: ask for that shape and use
    /// ``Tensor/channelsLast()`` on the result.
    public mutating func randn(shape: [Int]) -> Tensor {
        Tensor(shape: shape) { values in
            if values.count < Self.block {
                for index in 0..<values.count { values[index] = Float(nextNormal()) }
            } else {
                fillInBlocks(&values)
            }
        }
    }

    /// The scalar way. The second normal of a pair is kept for the next scalar draw, across calls.
    private mutating func nextNormal() -> Double {
        if let pending = pendingNormal {
            pendingNormal = nil
            return pending
        }
        let angle = 2 * Double.pi * nextUniform64()
        // torch takes log1p(−u); 1 − u is exact because u is a multiple of 2⁻⁵³.
        let radius = (-2 * Elementary.log(1 - nextUniform64())).squareRoot()
        pendingNormal = radius * Elementary.sin(angle)
        return radius * Elementary.cos(angle)
    }

    private mutating func fillInBlocks(_ values: inout MutableSpan<Float>) {
        for index in 0..<values.count { values[index] = nextUniform() }
        var start = 0
        while start + Self.block <= values.count {
            Self.transformBlock(&values, from: start)
            start += Self.block
        }
        if start < values.count {
            // torch fills an incomplete last block by drawing the last 16 values afresh, over the block before.
            start = values.count - Self.block
            for index in start..<values.count { values[index] = nextUniform() }
            Self.transformBlock(&values, from: start)
        }
    }

    /// Turns 16 uniforms into 16 normals: the first eight give the radii, the last eight the angles. Every
    /// intermediate result is rounded to binary32, where torch rounds it.
    private static func transformBlock(_ values: inout MutableSpan<Float>, from start: Int) {
        let half = block / 2
        for lane in start..<start + half {
            let radius = (-2 * Float(Elementary.log(Double(1 - values[lane])))).squareRoot()
            let angle = Double(turn * values[lane + half])
            values[lane] = radius * Float(Elementary.cos(angle))
            values[lane + half] = radius * Float(Elementary.sin(angle))
        }
    }
}
