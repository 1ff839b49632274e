import FoundationEssentials
public import Tensors

/// A small version of a decoded picture, to show how far it has come.
public enum PicturePreview {
    /// - Parameters:
    ///   - decoded: `[1, height, width, 3]`, −1...1 and beyond.
    ///   - longestEdge: the most pixels a side, at least 1.
    /// - Returns: a PNG file: every pixel is the mean of a square of the picture's.
    /// - Throws: ``ImageFileError`` when there is no room for a temporary file.
    public static func png(decoded: Tensor, longestEdge: Int) throws -> [UInt8] {
        let image = image(decoded: decoded, longestEdge: longestEdge)
        let path = FileManager.default.temporaryDirectory
            .appending(path: "apldm-preview-\(UInt64.random(in: .min ... .max)).png").path(percentEncoded: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try image.write(pngFile: path)
        return Array(FileManager.default.contents(atPath: path) ?? Data())
    }

    static func image(decoded: Tensor, longestEdge: Int) -> PixelImage {
        let (height, width) = (decoded.shape[1], decoded.shape[2])
        let factor = max(1, (max(height, width) + longestEdge - 1) / longestEdge)
        let (rows, columns) = (max(1, height / factor), max(1, width / factor))
        var pixels: [UInt8] = []
        pixels.reserveCapacity(3 * rows * columns)
        for row in 0..<rows {
            let range = row * factor..<min((row + 1) * factor, height)
            let levels = PixelImage.levels(decoded: decoded, item: 0, rows: range)
            for column in 0..<columns {
                let span = column * factor..<min((column + 1) * factor, width)
                for channel in 0..<3 {
                    var sum = 0
                    for line in 0..<range.count {
                        for pixel in span { sum += Int(levels[3 * (line * width + pixel) + channel]) }
                    }
                    pixels.append(UInt8(sum / (range.count * span.count)))
                }
            }
        }
        return PixelImage(width: columns, height: rows, pixels: pixels)
    }
}
