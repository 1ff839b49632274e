/// What the attributes of a scene are read from: where which colours are, and how often each colour occurs in the upper
/// and in the lower half.
enum AttributeFeatures {
    static let edge = 128
    private static let cells = 6
    private static let bins = 4

    /// - Parameter picture: of any size; it is scaled to ``edge``.
    /// - Returns: a 1, which stands for what is always there, and the features.
    static func vector(of picture: Raster) -> [Double] {
        let small = picture.resized(width: edge, height: edge)
        let opponent = Raster(width: edge, height: edge, pixels: small.pixels.map(Raster.opponent))
        let grid = opponent.resized(width: cells, height: cells).pixels
        let half = small.pixels.count / 2
        return [1] + grid.flatMap { [Double($0.x), Double($0.y), Double($0.z)] }
            + histogram(small.pixels[..<half]) + histogram(small.pixels[half...]) + paint(small.pixels[half...])
    }

    /// Roots of the shares of pixels that are so much redder than green: what is painted red, such as a roof or a hull, is
    /// redder than anything that grows.
    private static func paint(_ pixels: ArraySlice<SIMD3<Float>>) -> [Double] {
        [Float(2.5), 3, 3.5, 4, 5, 6].map { ratio in
            let count = pixels.count { $0.x > 0.1 && $0.x > ratio * $0.y && $0.x > 2 * $0.z }
            return (Double(count) / Double(pixels.count)).squareRoot()
        }
    }

    /// Roots of the shares of pixels: few pixels of a colour that is nowhere else, such as a roof's, say much.
    private static func histogram(_ pixels: ArraySlice<SIMD3<Float>>) -> [Double] {
        var counts = [Double](repeating: 0, count: bins * bins * bins)
        for pixel in pixels {
            let bin = (0..<3).reduce(0) { index, channel in
                index * bins + min(max(Int(pixel[channel] * Float(bins)), 0), bins - 1)
            }
            counts[bin] += 1
        }
        return counts.map { ($0 / Double(pixels.count)).squareRoot() }
    }
}
