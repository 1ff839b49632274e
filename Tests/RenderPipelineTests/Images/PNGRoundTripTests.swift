import RenderPipeline
import Testing

@Suite("Writing and reading back")
struct PNGRoundTripTests {
    @Test(
        "A picture of any size comes back as it was",
        arguments: [
            (1, 1), (1, 9), (9, 1), (7, 5), (255, 3), (256, 64), (257, 65), (640, 361),
        ])
    func everySize(width: Int, height: Int) throws {
        let folder = try TemporaryFolder()
        let image = PixelImage.noise(width: width, height: height)
        try image.write(pngFile: folder.file("a.png"))
        #expect(try PixelImage(pngFile: folder.file("a.png")) == image)
        #expect(try folder.names() == ["a.png"])
    }

    @Test("Rows in blocks of any size give the same bytes as the whole", arguments: [1, 2, 7, 64, 101])
    func rowWise(rowsPerBlock: Int) throws {
        let folder = try TemporaryFolder()
        let image = PixelImage.noise(width: 33, height: 101)
        let text = [PNGText(key: "Software", value: "apldm")]
        try image.write(pngFile: folder.file("whole.png"), text: text)

        var writer = try PNGWriter(path: folder.file("rows.png"))
        try writer.begin(width: 33, height: 101, text: text)
        for top in stride(from: 0, to: 101, by: rowsPerBlock) {
            try writer.append(rows: Array(image.pixels[99 * top..<99 * min(top + rowsPerBlock, 101)]))
        }
        try writer.finish()
        #expect(try readFile(folder.file("rows.png")) == readFile(folder.file("whole.png")))

        var reader = try PNGReader(path: folder.file("rows.png"))
        var pixels: [UInt8] = []
        for top in stride(from: 0, to: 101, by: rowsPerBlock) {
            pixels += try reader.readRows(min(rowsPerBlock, 101 - top))
        }
        #expect(try reader.finish() == text)
        #expect(pixels == image.pixels)
    }

    @Test("A written file has texts before the picture, no time and nothing else")
    func chunkOrder() throws {
        let folder = try TemporaryFolder()
        let text = [PNGText(key: "A", value: "é"), PNGText(key: "B", value: "東京"), PNGText(key: "C", value: "c")]
        try PixelImage.noise(width: 400, height: 400).write(pngFile: folder.file("a.png"), text: text)
        let chunks = try #require(PNGChunks(readFile(folder.file("a.png"))))
        // 480000 bytes of noise in blocks of 262144.
        #expect(chunks.names == ["IHDR", "tEXt", "iTXt", "tEXt", "IDAT", "IDAT", "IEND"])
        #expect(chunks.chunks[0].data == PNGChunks.bytes(400) + PNGChunks.bytes(400) + [8, 2, 0, 0, 0])
        #expect(chunks.chunks[1].data == [0x41, 0, 0xE9])
        #expect(chunks.chunks[2].data == [0x42, 0, 0, 0, 0, 0] + Array("東京".utf8))
    }

    @Test("A file that exists is replaced")
    func replaces() throws {
        let folder = try TemporaryFolder()
        let images = [1, 2].map { PixelImage.noise(width: 8, height: 8, seed: $0) }
        for image in images { try image.write(pngFile: folder.file("a.png")) }
        #expect(try PixelImage(pngFile: folder.file("a.png")) == images[1])
    }
}
