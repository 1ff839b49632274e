/// A true picture as a model may draw it. Who learns from all of these learns what is shown, not how perfectly.
enum PictureVersion: CaseIterable {
    case painted, soft, softer, blotched

    /// Pixels in each direction of a blotch.
    private static let blotch = 4
    /// How much lighter or darker blotches are.
    private static let contrast: Float = 0.12

    /// - Parameters:
    ///   - picture: what is shown.
    ///   - seed: of the blotches.
    /// - Returns: a picture of the same size.
    func applied(to picture: Raster, seed: UInt64) -> Raster {
        switch self {
        case .painted: picture
        case .soft: Self.softened(picture)
        case .softer: Self.softened(Self.softened(Self.softened(picture)))
        case .blotched: Self.blotched(Self.softened(picture), seed: seed)
        }
    }

    /// Every pixel is a weighted mean of the nine around it: 1, 2, 1 in both directions.
    private static func softened(_ picture: Raster) -> Raster {
        func mean(_ source: Raster, rowStep: Int, columnStep: Int) -> Raster {
            var result = source
            for row in 0..<source.height {
                for column in 0..<source.width {
                    let before = source[max(row - rowStep, 0), max(column - columnStep, 0)]
                    let after = source[
                        min(row + rowStep, source.height - 1), min(column + columnStep, source.width - 1)]
                    result.pixels[row * source.width + column] = (before + after) / 4 + source[row, column] / 2
                }
            }
            return result
        }
        return mean(mean(picture, rowStep: 1, columnStep: 0), rowStep: 0, columnStep: 1)
    }

    private static func blotched(_ picture: Raster, seed: UInt64) -> Raster {
        var random = SceneRandom(seed: seed, key: 98)
        let (rows, columns) = (picture.height / blotch, picture.width / blotch)
        let blotches = Raster(
            width: columns, height: rows,
            pixels: (0..<rows * columns).map { _ in SIMD3(random.normal(), random.normal(), random.normal()) })
        let noise = softened(softened(blotches.resized(width: picture.width, height: picture.height)))
        var result = picture
        for index in result.pixels.indices {
            let changed = picture.pixels[index] * (1 + contrast * noise.pixels[index])
            result.pixels[index] = changed.clamped(lowerBound: .zero, upperBound: .one)
        }
        return result
    }
}
