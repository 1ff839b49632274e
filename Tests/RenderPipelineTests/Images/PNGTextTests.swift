import RenderPipeline
import Testing

@Suite("Text entries")
struct PNGTextTests {
    @Test(
        "A text of any script comes back as it was",
        arguments: [
            "", " ", "plain", "two\nlines", "café ÿ", "tab\tand\r\nreturn", "Łódź", "東京 🗼", "e\u{301} and é", "\u{85}",
            String(repeating: "long ", count: 20_000), String(repeating: "长", count: 20_000),
        ])
    func values(value: String) throws {
        let folder = try TemporaryFolder()
        let text = [PNGText(key: "parameters", value: value), PNGText(key: "Schlüssel", value: "last")]
        try PixelImage.noise(width: 2, height: 2).write(pngFile: folder.file("a.png"), text: text)
        var reader = try PNGReader(path: folder.file("a.png"))
        _ = try reader.readRows(2)
        let found = try reader.finish()
        // By scalars: string equality would let another normalisation pass.
        #expect(found.map { Array($0.value.unicodeScalars) } == text.map { Array($0.value.unicodeScalars) })
        #expect(found.map(\.key) == text.map(\.key))
    }

    @Test(
        "Latin-1 texts are tEXt, all others iTXt",
        arguments: [
            ("plain", "tEXt"), ("café", "tEXt"), ("two\nlines", "tEXt"), ("a\tb", "iTXt"), ("\u{80}", "iTXt"),
            ("Ł", "iTXt"),
        ])
    func kinds(value: String, chunk: String) throws {
        let folder = try TemporaryFolder()
        let text = [PNGText(key: "k", value: value)]
        try PixelImage.noise(width: 1, height: 1).write(pngFile: folder.file("a.png"), text: text)
        #expect(try PNGChunks(readFile(folder.file("a.png")))?.names == ["IHDR", chunk, "IDAT", "IEND"])
    }

    @Test(
        "Keys and values that PNG cannot hold are refused",
        arguments: [
            PNGText(key: "", value: "v"), PNGText(key: " a", value: "v"), PNGText(key: "a ", value: "v"),
            PNGText(key: "a  b", value: "v"), PNGText(key: "a\nb", value: "v"), PNGText(key: "a\u{A0}b", value: "v"),
            PNGText(key: "鍵", value: "v"), PNGText(key: String(repeating: "k", count: 80), value: "v"),
            PNGText(key: "a\0b", value: "v"), PNGText(key: "a", value: "b\0c"),
        ])
    func refused(text: PNGText) throws {
        let folder = try TemporaryFolder()
        let image = PixelImage.noise(width: 1, height: 1)
        let error = imageError { () throws(ImageFileError) in
            try image.write(pngFile: folder.file("a.png"), text: [text])
        }
        #expect(error?.reason == .invalidUse)
        #expect(try folder.names() == [])
    }

    @Test("The longest key is written")
    func longestKey() throws {
        let folder = try TemporaryFolder()
        let text = [PNGText(key: String(repeating: "k", count: 79), value: "v")]
        try PixelImage.noise(width: 1, height: 1).write(pngFile: folder.file("a.png"), text: text)
        var reader = try PNGReader(path: folder.file("a.png"))
        _ = try reader.readRows(1)
        #expect(try reader.finish() == text)
    }
}
