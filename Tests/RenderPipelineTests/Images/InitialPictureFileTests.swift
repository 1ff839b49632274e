import Foundation
import RenderPipeline
import Tensors
import Testing

/// From the samples of a PNG file to the values that are rendered from.
@Suite("Pictures to render from")
struct InitialPictureFileTests {
    private static func chunks(_ name: String = "rgb8.png", _ added: (String, [UInt8])...) throws -> [UInt8] {
        var file = try #require(PNGChunks(ImageData.bytes(name)))
        file.chunks.insert(contentsOf: added.map { PNGChunks.Chunk(name: $0.0, data: $0.1) }, at: 1)
        return file.file
    }

    private static func numbers(_ numbers: [UInt32]) -> [UInt8] { numbers.flatMap { PNGChunks.bytes($0) } }

    private static func read(_ file: [UInt8]) throws -> (picture: Tensor, description: InitialPicture) {
        try InitialPictureFile(bytes: file, name: "upload").read()
    }

    private static func error(_ file: [UInt8]) -> ImageFileError? {
        imageError { () throws(ImageFileError) in
            _ = try InitialPictureFile(bytes: file, name: "upload").read()
        }
    }

    /// Red, green, blue and alpha of every pixel in 0...1, worked out here from the samples.
    private static func unitSamples(_ kind: PNGKind) throws -> [Double] {
        var reader = try PNGReader(path: ImageData.path(kind.file))
        if kind.bitDepth == 8 { return try reader.readRows(kind.height).map { Double($0) / 255 } }
        return try reader.readWideRows(kind.height).map { Double($0) / 65_535 }
    }

    @Test("Every kind becomes −1...1, transparency over a background", arguments: try PNGKind.all())
    func kinds(kind: PNGKind) throws {
        let samples = try Self.unitSamples(kind)
        let colour = try #require(BackgroundColour("#3366CC"))
        let under = [0x33, 0x66, 0xCC].map { Double($0) / 255 }
        let expected = (0..<kind.width * kind.height).flatMap { pixel in
            (0..<3).map { channel in
                let sample = samples[kind.channels * pixel + channel]
                let alpha = kind.channels == 4 ? samples[4 * pixel + 3] : 1
                return 2 * (alpha * sample + (1 - alpha) * under[channel]) - 1
            }
        }
        let file = try InitialPictureFile(path: ImageData.path(kind.file))
        let (size, hasTransparency, notice) = (file.size, file.hasTransparency, file.notice)
        let (picture, description) = try file.read(background: colour)
        #expect(picture.shape == [1, kind.height, kind.width, 3])
        let deviation = zip(picture.values, expected).map { abs(Double($0) - $1) }.max()
        #expect(try #require(deviation) <= 3e-7)
        #expect(size == Extent(height: kind.height, width: kind.width) && description.size == size)
        #expect(hasTransparency == (kind.channels == 4))
        #expect(description.background == (hasTransparency ? "#3366cc" : nil))
        #expect((notice != nil) == kind.chunks.contains("iCCP"))
        #expect(description.sha256 == ImageDigest.digest(values: picture))
    }

    @Test("Sixteen bits are not rounded to eight")
    func precision() throws {
        let picture = try InitialPictureFile(path: ImageData.path("rgb16.png")).read().picture
        let isEightBit = picture.values.allSatisfy { value in
            let level = (Double(value) + 1) / 2 * 255
            return abs(level - level.rounded()) < 1e-4
        }
        #expect(!isEightBit)
    }

    @Test("What was written is read, to the level", arguments: 1...20 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let image = PixelImage.noise(
            width: Int.random(in: 1...90, using: &generator), height: Int.random(in: 1...140, using: &generator),
            seed: seed)
        let folder = try TemporaryFolder()
        try image.write(pngFile: folder.file("a.png"))
        let (picture, description) = try InitialPictureFile(path: folder.file("a.png")).read()
        #expect(PixelImage(decoded: picture, item: 0) == image)
        #expect(picture.values == image.pixels.map { 2 * (Float($0) / 255) - 1 })
        #expect(description.background == nil)
    }

    @Test("The digest is that of size and floats as documented")
    func digest() throws {
        let picture = Tensor(shape: [1, 1, 2, 3], values: [0, 1, -1, 0.5, 2, -0.25])
        // hashlib.sha256(struct.pack(">2I", 2, 1) + struct.pack("<6f", 0, 1, -1, 0.5, 2, -0.25)).hexdigest()
        #expect(
            ImageDigest.digest(values: picture)
                == "2139516aa80e15fbb4553d3473c687767fda3613ecfb06f72af6d13e1940abc5")
        #expect(
            ImageDigest.digest(values: picture)
                != ImageDigest.digest(values: picture.reshaped([1, 2, 1, 3])))
    }

    @Test("Another gamma is undone and sRGB's applied", arguments: [100_000, 55_556, 30_000] as [UInt32])
    func gamma(stated: UInt32) throws {
        let plain = try Self.read(Self.chunks()).picture.values
        let converted = try Self.read(Self.chunks("rgb8.png", ("gAMA", Self.numbers([stated])))).picture.values
        let expected = plain.map { value in
            let linear = pow((Double(value) + 1) / 2, 100_000 / Double(stated))
            return 2 * (linear <= 0.0031308 ? linear * 12.92 : 1.055 * pow(linear, 1 / 2.4) - 0.055) - 1
        }
        let deviations = zip(converted, expected).map { abs(Double($0) - $1) }
        #expect(try #require(deviations.max()) < 5e-7)
        let changes = zip(converted, plain).map { abs($0 - $1) }
        #expect(try #require(changes.max()) > 0.05)
    }

    private static let sRGB: [UInt32] = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]
    private static let displayP3: [UInt32] = [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000]

    @Test("What says sRGB in other words changes nothing")
    func sRGBInOtherWords() throws {
        let plain = try Self.read(Self.chunks()).picture.values
        let others = try [
            Self.chunks("rgb8.png", ("gAMA", Self.numbers([45_455]))),
            Self.chunks("rgb8.png", ("gAMA", Self.numbers([45_500]))),
            Self.chunks("rgb8.png", ("cHRM", Self.numbers(Self.sRGB))),
            Self.chunks("rgb8.png", ("cHRM", Self.numbers(Self.sRGB.map { $0 - 99 }))),
            Self.chunks("rgb8.png", ("sRGB", [0])),
            // The standard has sRGB and profiles count before the two.
            Self.chunks("rgb8.png", ("gAMA", Self.numbers([100_000])), ("sRGB", [0])),
            Self.chunks("rgb8.png", ("sRGB", [0]), ("cHRM", Self.numbers(Self.displayP3))),
        ]
        for file in others { #expect(try Self.read(file).picture.values == plain) }
    }

    @Test(
        "Other colours are refused with a way out",
        arguments: [
            ("cHRM", numbers(displayP3), "primaries"), ("cHRM", numbers(sRGB.map { $0 + 101 }), "primaries"),
            ("cHRM", [0, 1, 2], "primaries"), ("gAMA", numbers([0]), "unreadable"),
            ("gAMA", [1], "unreadable"), ("gAMA", numbers([9_999]), "0.09999"),
            ("gAMA", numbers([1_000_001]), "10.00001"),
        ])
    func otherColours(chunk: String, data: [UInt8], problem: String) throws {
        let error = try Self.error(Self.chunks("rgb8.png", (chunk, data)))
        #expect(error?.reason == .unsupported)
        #expect(error?.problem.contains(problem) == true && error?.problem.contains(chunk) == true)
        #expect(error?.remedy.contains("sRGB") == true)
    }

    @Test(
        "Pictures of other kinds are named with the command that converts them",
        arguments: [
            ("JPEG", [0xFF, 0xD8, 0xFF, 0xE0]), ("WebP", Array("RIFF....WEBPVP8 ".utf8)),
            ("TIFF", [0x49, 0x49, 0x2A, 0]), ("TIFF", [0x4D, 0x4D, 0, 0x2A]), ("GIF", Array("GIF89a".utf8)),
            ("BMP", Array("BM......".utf8)), ("HEIC", [0, 0, 0, 24] + Array("ftypheic....mif1heic".utf8)),
            ("AVIF", [0, 0, 0, 24] + Array("ftypavif....mif1avif".utf8)), ("JPEG XL", [0xFF, 0x0A, 0, 0]),
            ("JPEG 2000", [0, 0, 0, 12] + Array("jP  ".utf8)), ("Netpbm", Array("P6\n1 1\n255\n...".utf8)),
        ] as [(String, [UInt8])])
    func otherKinds(name: String, bytes: [UInt8]) throws {
        let folder = try TemporaryFolder()
        for (file, converted) in [("a.b.img", "a.b.png"), ("in", "in.png"), ("in.png", "in-converted.png")] {
            try writeFile(bytes, to: folder.file(file))
            let error = imageError { () throws(ImageFileError) in
                _ = try InitialPictureFile(path: folder.file(file)).size
            }
            #expect(error?.reason == .unsupported)
            #expect(error?.problem == "it is a \(name) file, not a PNG")
            #expect(error?.remedy.hasSuffix("magick '\(file)' '\(converted)'") == true)
        }
    }

    @Test("What is no picture is damage", arguments: [[], [0], Array("text".utf8)] as [[UInt8]])
    func noPicture(bytes: [UInt8]) throws {
        let folder = try TemporaryFolder()
        try writeFile(bytes, to: folder.file("a.png"))
        let error = imageError { () throws(ImageFileError) in
            _ = try InitialPictureFile(path: folder.file("a.png")).size
        }
        #expect(error?.reason == .damaged)
    }

    @Test("Colours are written in six digits", arguments: ["ffffff", "#fff", "#ffffgg", "#fffffff", "", "#", "white"])
    func noColours(text: String) {
        #expect(BackgroundColour(text) == nil)
        #expect(BackgroundColour("#00fF7a")?.levels == [0, 255, 0x7A])
        #expect(BackgroundColour.white.description == "#ffffff")
    }
}
