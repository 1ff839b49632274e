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
}
