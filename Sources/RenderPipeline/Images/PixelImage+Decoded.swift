public import Tensors

/// From the decoder's output to levels, as diffusers' `VaeImageProcessor` does it.
extension PixelImage {
    /// A decoded picture, rounded to 8 bits; see ``levels(decoded:item:rows:)``.
    ///
    /// - Parameters:
    ///   - decoded: `[batch, height, width, 3]`, -1...1 and beyond.
    ///   - item: the batch item.
    public init(decoded: Tensor, item: Int) {
        let levels = Self.levels(decoded: decoded, item: item, rows: 0..<decoded.shape[1])
        self.init(width: decoded.shape[2], height: decoded.shape[1], pixels: levels)
    }

    /// The levels of some rows of a decoded picture: red, green and blue of every pixel.
    ///
    /// The steps and their rounding are those of diffusers and numpy in 32-bit floats: `x/2 + 0.5` limited to 0...1,
    /// times 255, rounded to the nearest, ties to even. What is not a number becomes 0.
    ///
    /// - Parameters:
    ///   - decoded: `[batch, height, width, 3]`, -1...1 and beyond.
    ///   - item: the batch item.
    ///   - rows: the rows wanted, within the picture.
    /// - Returns: 3·width bytes a row.
    public static func levels(decoded: Tensor, item: Int, rows: Range<Int>) -> [UInt8] {
        let shape = decoded.shape
        precondition(shape.count == 4 && shape[3] == 3, "a picture is [batch, height, width, 3], not \(shape)")
        precondition((0..<shape[0]).contains(item), "item \(item) of \(shape[0])")
        precondition(rows.lowerBound >= 0 && rows.upperBound <= shape[1], "rows \(rows) of \(shape[1])")
        let rowLength = 3 * shape[2]
        let start = (item * shape[1] + rows.lowerBound) * rowLength
        var levels = [UInt8](repeating: 0, count: rows.count * rowLength)
        decoded.withSpan { values in
            let source = values.extracting(start..<start + levels.count)
            var target = levels.mutableSpan
            for index in target.indices { target[index] = level(source[index]) }
        }
        return levels
    }

    @inline(__always)
    private static func level(_ value: Float) -> UInt8 {
        let unit = value / 2 + 0.5
        // Not-a-number fails the first comparison.
        let limited: Float = unit > 0 ? (unit < 1 ? unit : 1) : 0
        // Above 2^23 a float has no fraction, so that the sum is rounded to nearest, ties to even, and its lowest bits
        // are the level. `rounded()` would be a call into the C library for every value.
        return UInt8(truncatingIfNeeded: (limited * 255 + 0x1p23).bitPattern)
    }
}
