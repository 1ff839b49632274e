/// An 8-bit RGB picture.
public struct PixelImage: Sendable, Hashable {
    /// Pixels a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Red, green and blue of every pixel, row by row from the top.
    public let pixels: [UInt8]

    /// - Parameters:
    ///   - width: pixels a row, at least 1.
    ///   - height: rows, at least 1.
    ///   - pixels: red, green and blue of every pixel, row by row from the top.
    /// - Precondition: `pixels` has 3·`width`·`height` bytes.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0, "a picture has at least one pixel, not \(width)×\(height)")
        precondition(pixels.count == 3 * width * height, "\(width)×\(height) pixels do not take \(pixels.count) bytes")
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}
