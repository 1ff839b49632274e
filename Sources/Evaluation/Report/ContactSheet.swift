import RenderPipeline

/// Small pictures side by side.
enum ContactSheet {
    /// The most pictures that are shown, and how many of them in a row.
    private static let (most, columns) = (12, 12)

    /// - Parameter pictures: of one size, at least one.
    /// - Returns: the first of them in rows.
    static func image(of pictures: [Raster]) -> PixelImage {
        let shown = Array(pictures.prefix(most))
        let (width, height) = (shown[0].width, shown[0].height)
        let across = min(columns, shown.count)
        let down = (shown.count + across - 1) / across
        var levels = [UInt8](repeating: 255, count: 3 * across * width * down * height)
        for (index, picture) in shown.enumerated() {
            let (row, column) = index.quotientAndRemainder(dividingBy: across)
            for y in 0..<height {
                for x in 0..<width {
                    let target = 3 * (((row * height + y) * across + column) * width + x)
                    let level = picture[y, x].clamped(lowerBound: .zero, upperBound: .one) * 255 + 0.5
                    for channel in 0..<3 { levels[target + channel] = UInt8(level[channel]) }
                }
            }
        }
        return PixelImage(width: across * width, height: down * height, pixels: levels)
    }
}
