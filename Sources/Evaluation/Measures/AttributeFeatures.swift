/// What the attributes of a scene are read from: where which colours are, how often each colour occurs in the upper
/// and in the lower half, and how much stands upright at which height.
enum AttributeFeatures {
    /// Pixels in each direction at which features are taken.
    static let edge = 128
    private static let cells = 6
    private static let bins = 4
    private static let bands = 12
    /// Widths in pixels, from a trunk's to a crown's. Narrower ones tell how sharp a picture is, not what it shows.
    private static let widths = [2, 4, 8]

    /// - Parameter small: a picture of ``edge`` by ``edge`` pixels.
    /// - Returns: as many numbers for every picture.
    static func vector(of small: Raster) -> [Double] {
        let opponent = Raster(width: edge, height: edge, pixels: small.pixels.map(Raster.opponent))
        let grid = opponent.resized(width: cells, height: cells).pixels
        let half = small.pixels.count / 2
        return grid.flatMap { [Double($0.x), Double($0.y), Double($0.z)] }
            + histogram(small.pixels[..<half]) + histogram(small.pixels[half...]) + paint(small.pixels[half...])
            + widths.flatMap { uprights(opponent, width: $0) }
    }

    /// How much neighbours side by side of so many pixels' width differ, in every band of rows: trees are told from the
    /// ground by it, and many of them from one.
    private static func uprights(_ opponent: Raster, width: Int) -> [Double] {
        (0..<bands).flatMap { band in
            var sum = SIMD3<Double>.zero
            let rows = band * edge / bands..<(band + 1) * edge / bands
            for row in rows {
                // Of the pixels right of a column less that of those left of it.
                var difference = SIMD3<Float>.zero
                for column in 0..<width { difference += opponent[row, width + column] - opponent[row, column] }
                for column in width...edge - width {
                    sum += SIMD3<Double>(difference.replacing(with: -difference, where: difference .< 0))
                    guard column < edge - width else { break }
                    difference += opponent[row, column + width] - 2 * opponent[row, column]
                    difference += opponent[row, column - width]
                }
            }
            let mean = sum / Double(width * rows.count * (edge - 2 * width + 1))
            return [mean.x.squareRoot(), mean.y.squareRoot(), mean.z.squareRoot()]
        }
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
