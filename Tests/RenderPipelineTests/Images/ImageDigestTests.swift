import RenderPipeline
import Testing

@Suite("Digests of pictures")
struct ImageDigestTests {
    private let image = PixelImage(width: 3, height: 2, pixels: (0..<18).map { UInt8($0) })

    @Test("The digest is that of Python's hashlib over struct.pack('>II', 3, 2) + bytes(range(18))")
    func golden() {
        #expect(image.digest == "8250b203ca438dcca5765bb5ad152165ee8ab3b852c161b7aad1c729e333abb6")
    }

    @Test("Rows in any blocks give the digest of the whole", arguments: [1, 2])
    func incremental(rows: Int) {
        var digest = ImageDigest(width: 3, height: 2)
        for top in stride(from: 0, to: 2, by: rows) {
            digest.update(rows: Array(image.pixels[9 * top..<9 * (top + rows)]))
        }
        #expect(digest.hexadecimal() == image.digest)
    }

    @Test("Another shape or one other level gives another digest")
    func sensitive() {
        var pixels = image.pixels
        pixels[17] ^= 1
        let others = [
            PixelImage(width: 2, height: 3, pixels: image.pixels),
            PixelImage(width: 6, height: 1, pixels: image.pixels),
            PixelImage(width: 3, height: 2, pixels: pixels), image,
        ]
        #expect(Set(others.map(\.digest)).count == 4)
    }

    @Test("A file's texts and compression do not matter")
    func files() throws {
        let folder = try TemporaryFolder()
        try image.write(pngFile: folder.file("a.png"))
        try image.write(pngFile: folder.file("b.png"), text: [PNGText(key: "k", value: "v")])
        #expect(try readFile(folder.file("a.png")) != readFile(folder.file("b.png")))
        #expect(try PixelImage(pngFile: folder.file("a.png")).digest == image.digest)
        #expect(try PixelImage(pngFile: folder.file("b.png")).digest == image.digest)
    }
}
