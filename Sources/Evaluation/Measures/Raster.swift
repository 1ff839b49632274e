package import RenderPipeline

/// A picture as numbers: red, green and blue of every pixel, 0...1, row by row.
package struct Raster: Sendable {
    package let width: Int
    package let height: Int
    package var pixels: [SIMD3<Float>]

    package init(width: Int, height: Int, pixels: [SIMD3<Float>]) {
        precondition(pixels.count == width * height, "\(width)x\(height) pixels are not \(pixels.count)")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    package init(_ image: PixelImage) {
        width = image.width
        height = image.height
        pixels = (0..<image.width * image.height).map { index in
            let level = SIMD3(
                Float(image.pixels[3 * index]), Float(image.pixels[3 * index + 1]), Float(image.pixels[3 * index + 2]))
            return level / 255
        }
    }

    @inline(__always)
    package subscript(row: Int, column: Int) -> SIMD3<Float> { pixels[row * width + column] }

    /// A rectangle of it.
    package func cropped(top: Int, left: Int, height: Int, width: Int) -> Raster {
        Raster(
            width: width, height: height,
            pixels: (top..<top + height).flatMap { row in
                pixels[row * self.width + left..<row * self.width + left + width]
            })
    }

    /// At another size: every pixel is the mean of the area that it covers. A larger size repeats pixels.
    package func resized(width: Int, height: Int) -> Raster {
        if width == self.width, height == self.height { return self }
        let across = Self.shares(of: self.width, in: width)
        let down = Self.shares(of: self.height, in: height)
        var result: [SIMD3<Float>] = []
        result.reserveCapacity(width * height)
        for rows in down {
            // The rows' mean first: then every source pixel is looked at about once.
            var line = [SIMD3<Float>](repeating: .zero, count: self.width)
            for (row, share) in rows {
                for column in line.indices { line[column] += share * self[row, column] }
            }
            for columns in across {
                result.append(columns.reduce(into: .zero) { $0 += $1.share * line[$1.index] })
            }
        }
        return Raster(width: width, height: height, pixels: result)
    }

    /// Which of `source` cells each of `target` cells covers, and the shares of them.
    private static func shares(of source: Int, in target: Int) -> [[(index: Int, share: Float)]] {
        let length = Double(source) / Double(target)
        return (0..<target).map { cell in
            let (start, end) = (Double(cell) * length, Double(cell + 1) * length)
            return (Int(start)..<min(source, Int(end.rounded(.up)))).compactMap { index in
                let covered = min(end, Double(index + 1)) - max(start, Double(index))
                return covered > 1e-9 ? (index, Float(covered / length)) : nil
            }
        }
    }

    /// Brightness and two differences of colours of a pixel, each about as large as it is seen.
    @inline(__always)
    package static func opponent(_ pixel: SIMD3<Float>) -> SIMD3<Float> {
        let luminance = (SIMD3(0.299, 0.587, 0.114) * pixel).sum()
        return SIMD3(luminance, 0.713 * (pixel.x - luminance), 0.564 * (pixel.z - luminance))
    }

    /// The brightness of every pixel.
    package var luminance: [Float] { pixels.map { Self.opponent($0).x } }
}
