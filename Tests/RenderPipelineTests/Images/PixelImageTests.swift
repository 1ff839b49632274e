import RenderPipeline
import Tensors
import Testing

@Suite("From the decoder to levels")
struct PixelImageTests {
    /// numpy's levels of ties, their neighbours, special and random values; see `Data/make_data.py`.
    static func table() throws -> (values: [Float], levels: [UInt8]) {
        let bytes = try ImageData.bytes("levels.bin")
        let count = bytes.count / 5
        let values = (0..<count).map { index in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[4 * index + $1]) << (8 * $1) })
        }
        return (values, Array(bytes[(4 * count)...]))
    }

    @Test("Levels are numpy's for every tie, neighbour and special value")
    func golden() throws {
        let (values, levels) = try Self.table()
        let decoded = Tensor(shape: [1, 1, values.count / 3, 3], values: values)
        let image = PixelImage(decoded: decoded, item: 0)
        let differing = values.indices.filter { image.pixels[$0] != levels[$0] }
        #expect(differing.isEmpty, "\(differing.prefix(5).map { (values[$0], image.pixels[$0], levels[$0]) })")
        #expect(levels.count == values.count && Set(levels).count == 256)
    }

    @Test(
        "Ties go to the even level",
        arguments: [(64.5, 64), (65.5, 66), (127.5, 128), (128.5, 128), (253.5, 254), (254.5, 254)] as [(Float, UInt8)])
    func ties(scaled: Float, level: UInt8) throws {
        // The smaller ones do not survive the arithmetic; the table has them as they come out.
        let value = (scaled / 255 - 0.5) * 2
        try #require((value / 2 + 0.5) * 255 == scaled)
        let tensor = Tensor(shape: [1, 1, 1, 3], repeating: value)
        #expect(PixelImage(decoded: tensor, item: 0).pixels == [level, level, level])
    }

    @Test(
        "Limits, infinities and what is not a number",
        arguments: [
            (-1, 0), (1, 255), (-.infinity, 0), (.infinity, 255), (.nan, 0), (-.nan, 0), (0, 128), (-1e30, 0),
            (1e30, 255),
        ] as [(Float, UInt8)])
    func special(value: Float, level: UInt8) {
        let tensor = Tensor(shape: [1, 1, 1, 3], repeating: value)
        #expect(PixelImage(decoded: tensor, item: 0).pixels == [level, level, level])
    }

    @Test("Rows and items are taken from where they are", arguments: 0..<3)
    func rows(item: Int) {
        var generator = SeededGenerator(state: 5)
        let values = (0..<3 * 11 * 7 * 3).map { _ in Float.random(in: -1.2...1.2, using: &generator) }
        let decoded = Tensor(shape: [3, 11, 7, 3], values: values)
        let image = PixelImage(decoded: decoded, item: item)
        #expect(image.width == 7 && image.height == 11)
        for range in [0..<11, 0..<1, 3..<8, 10..<11, 4..<4] {
            let levels = PixelImage.levels(decoded: decoded, item: item, rows: range)
            #expect(levels == Array(image.pixels[21 * range.lowerBound..<21 * range.upperBound]))
        }
        let alone = Tensor(shape: [1, 11, 7, 3], values: values[231 * item..<231 * (item + 1)])
        #expect(PixelImage(decoded: alone, item: 0) == image)
    }

    @Test("A decoded picture written in blocks is the whole picture", arguments: [1, 63, 64, 65, 130])
    func streamed(height: Int) throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(state: 6)
        let values = (0..<2 * height * 9 * 3).map { _ in Float.random(in: -1.2...1.2, using: &generator) }
        let decoded = Tensor(shape: [2, height, 9, 3], values: values)
        var writer = try PNGWriter(path: folder.file("a.png"))
        try writer.begin(width: 9, height: height)
        try writer.append(decoded: decoded, item: 1)
        try writer.finish()
        #expect(try PixelImage(pngFile: folder.file("a.png")) == PixelImage(decoded: decoded, item: 1))
    }
}
