import FoundationEssentials
import RenderPipeline
import Tensors
import Testing

/// Small versions of decoded pictures.
struct PicturePreviewTests {
    @Test(arguments: [(64, 32, 256, 64, 32), (64, 32, 16, 16, 8), (65, 33, 16, 13, 6), (1, 1000, 100, 1, 100)])
    func theLongestEdgeIsKept(height: Int, width: Int, longest: Int, rows: Int, columns: Int) throws {
        let decoded = Tensor(shape: [1, height, width, 3])
        let reader = try PNGReader(bytes: PicturePreview.png(decoded: decoded, longestEdge: longest), name: "preview")
        #expect(reader.header.height == rows && reader.header.width == columns)
    }

    @Test func everyPixelIsTheMeanOfItsSquare() throws {
        // Black and white in turns, each pixel.
        let values = (0..<(4 * 4)).flatMap { [Float](repeating: $0 % 2 == 0 ? -1 : 1, count: 3) }
        let decoded = Tensor(shape: [1, 4, 4, 3], values: values)
        var reader = try PNGReader(bytes: PicturePreview.png(decoded: decoded, longestEdge: 2), name: "preview")
        #expect(try reader.readRows(2) == [UInt8](repeating: 127, count: 12))
    }

    @Test(arguments: [16, 20, 64]) func aFileBecomesSmallerAsItsPictureDoes(longest: Int) throws {
        let values = (0..<7200).map { (index: Int) -> Float in Float(index * 7919 % 511) / 255 - 1 }
        let decoded = Tensor(shape: [1, 60, 40, 3], values: values)
        let path = FileManager.default.temporaryDirectory
            .appending(path: "apldm-test-\(UInt64.random(in: 0...(.max))).png").path(percentEncoded: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try PixelImage(decoded: decoded, item: 0).write(pngFile: path)
        let small = try PicturePreview.png(pngFile: path, longestEdge: longest)
        #expect(try small == PicturePreview.png(decoded: decoded, longestEdge: longest))
    }

    @Test func aFileWithTransparencyHasNoSmallVersion() throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "apldm-test-\(UInt64.random(in: 0...(.max))).png").path(percentEncoded: false)
        try Data(base64Encoded: Self.transparentPixel)?.write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = #expect(throws: ImageFileError.self) {
            try PicturePreview.png(pngFile: path, longestEdge: 16)
        }
        #expect(error?.reason == .unsupported)
        #expect(throws: ImageFileError.self) { try PicturePreview.png(pngFile: path + "x", longestEdge: 16) }
    }

    /// A PNG file of one pixel, 8 bits of red, green, blue and transparency.
    private static let transparentPixel =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGPg"
        + "5GBvAAAAzwCZ7O5lCwAAAABJRU5ErkJggg=="
}
