import FoundationEssentials
public import Tensors

/// A small version of a picture: every pixel is the mean of a square of the picture's.
public enum PicturePreview {
    /// Shows how far a picture has come.
    ///
    /// - Parameters:
    ///   - decoded: `[1, height, width, 3]`, −1...1 and beyond.
    ///   - longestEdge: the most pixels a side, at least 1.
    /// - Returns: a PNG file.
    /// - Throws: ``ImageFileError`` when there is no room for a temporary file.
    public static func png(decoded: Tensor, longestEdge: Int) throws -> [UInt8] {
        let reduction = PictureReduction(width: decoded.shape[2], height: decoded.shape[1], longestEdge: longestEdge)
        return try png(reduction.image { PixelImage.levels(decoded: decoded, item: 0, rows: $0) })
    }

    /// Shows a picture among others. Only a few of its rows are in memory at a time.
    ///
    /// - Parameters:
    ///   - path: a PNG file with 8 bits a channel and without transparency.
    ///   - longestEdge: the most pixels a side, at least 1.
    /// - Returns: a PNG file.
    /// - Throws: ``ImageFileError`` when it cannot be read or there is no room for a temporary file.
    public static func png(pngFile path: String, longestEdge: Int) throws -> [UInt8] {
        var reader = try PNGReader(path: path)
        let header = reader.header
        try header.requirePlainColour(path)
        let reduction = PictureReduction(width: header.width, height: header.height, longestEdge: longestEdge)
        return try png(reduction.image { try reader.readRows($0.count) })
    }

    private static func png(_ image: PixelImage) throws -> [UInt8] {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "apldm-preview-\(UInt64.random(in: .min ... .max)).png").path(percentEncoded: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try image.write(pngFile: path)
        return Array(FileManager.default.contents(atPath: path) ?? Data())
    }
}

/// How a picture becomes smaller by a whole number.
private struct PictureReduction {
    let width: Int
    let height: Int
    /// Pixels of the picture a side of each square.
    let factor: Int

    init(width: Int, height: Int, longestEdge: Int) {
        self.width = width
        self.height = height
        factor = max(1, (max(height, width) + longestEdge - 1) / longestEdge)
    }

    /// - Parameter levels: gives 3·width bytes a row of the picture, asked for from the top; the last rows, too few for
    ///   a square, are not.
    /// - Returns: the smaller picture.
    /// - Throws: what `levels` throws.
    func image(_ levels: (_ rows: Range<Int>) throws -> [UInt8]) rethrows -> PixelImage {
        let (rows, columns) = (max(1, height / factor), max(1, width / factor))
        var pixels: [UInt8] = []
        pixels.reserveCapacity(3 * rows * columns)
        for row in 0..<rows {
            let range = row * factor..<min((row + 1) * factor, height)
            append(columns, of: try levels(range), lines: range.count, to: &pixels)
        }
        return PixelImage(width: columns, height: rows, pixels: pixels)
    }

    private func append(_ columns: Int, of levels: [UInt8], lines: Int, to pixels: inout [UInt8]) {
        for column in 0..<columns {
            let span = column * factor..<min((column + 1) * factor, width)
            for channel in 0..<3 {
                var sum = 0
                for line in 0..<lines {
                    for pixel in span { sum += Int(levels[3 * (line * width + pixel) + channel]) }
                }
                pixels.append(UInt8(sum / (lines * span.count)))
            }
        }
    }
}
