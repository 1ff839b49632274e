import FoundationEssentials
import RenderPipeline
import Testing

/// One file of `Data/kinds.json` and what is in it.
struct PNGKind: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let width: Int
    let height: Int
    let bitDepth: Int
    let channels: Int
    let texts: [[String]]
    let chunks: [String]
    let gamma: Double?
    let digest: String

    var testDescription: String { file }

    static func all() throws -> [PNGKind] {
        try JSONDecoder().decode([PNGKind].self, from: Data(ImageData.bytes("kinds.json")))
    }
}

@Suite("Reading every kind of PNG")
struct PNGKindsTests {
    @Test("Samples, texts and colour chunks are those of the file", arguments: try PNGKind.all())
    func reads(kind: PNGKind) throws {
        var reader = try PNGReader(path: ImageData.path(kind.file))
        let header = reader.header
        #expect(header.width == kind.width && header.height == kind.height)
        #expect(header.bitDepth == kind.bitDepth && header.channels == kind.channels)
        #expect(header.colour.hasGamma == kind.chunks.contains("gAMA"))
        #expect(header.colour.hasChromaticities == kind.chunks.contains("cHRM"))
        #expect(header.colour.hasSRGB == kind.chunks.contains("sRGB"))
        #expect(header.colour.hasICCProfile == kind.chunks.contains("iCCP"))
        #expect(header.colour.gamma == kind.gamma)

        // In two parts, so that a reader that loses its place is found out.
        let parts = [header.height / 2, header.height - header.height / 2]
        var samples: [UInt8] = []
        for rows in parts {
            if kind.bitDepth == 8 {
                samples += try reader.readRows(rows)
            } else {
                samples += try reader.readWideRows(rows).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
            }
        }
        var digest = ImageDigest(width: header.width, height: header.height)
        digest.update(rows: samples)
        #expect(digest.hexadecimal() == kind.digest)
        #expect(try reader.finish() == kind.texts.map { PNGText(key: $0[0], value: $0[1]) })
    }

    @Test("A file in memory reads as the file on disk does", arguments: try PNGKind.all().filter { $0.bitDepth == 8 })
    func memory(kind: PNGKind) throws {
        var fromDisk = try PNGReader(path: ImageData.path(kind.file))
        var fromMemory = try PNGReader(bytes: ImageData.bytes(kind.file), name: kind.file)
        #expect(fromMemory.header == fromDisk.header)
        #expect(try fromMemory.readRows(kind.height) == fromDisk.readRows(kind.height))
        #expect(try fromMemory.finish() == fromDisk.finish())
    }

    @Test("A whole picture is 8-bit RGB or refused", arguments: try PNGKind.all())
    func wholePicture(kind: PNGKind) throws {
        if kind.bitDepth == 8, kind.channels == 3 {
            let image = try PixelImage(pngFile: ImageData.path(kind.file))
            #expect(image.width == kind.width && image.height == kind.height)
        } else {
            let error = imageError { () throws(ImageFileError) in
                _ = try PixelImage(pngFile: ImageData.path(kind.file))
            }
            #expect(error?.reason == .unsupported)
            #expect(error?.problem.contains("\(kind.bitDepth) bits a channel") == true)
        }
    }

    @Test("Rows of the other width, too many rows and an early end are refused")
    func misuse() throws {
        let reasons = [
            imageError { () throws(ImageFileError) in
                var reader = try PNGReader(path: ImageData.path("rgb8.png"))
                _ = try reader.readWideRows(1)
            },
            imageError { () throws(ImageFileError) in
                var reader = try PNGReader(path: ImageData.path("rgb16.png"))
                _ = try reader.readRows(1)
            },
            imageError { () throws(ImageFileError) in
                var reader = try PNGReader(path: ImageData.path("rgb8.png"))
                _ = try reader.readRows(-1)
            },
            imageError { () throws(ImageFileError) in
                var reader = try PNGReader(path: ImageData.path("rgb8.png"))
                _ = try reader.readRows(4)
                _ = try reader.readRows(2)
            },
            imageError { () throws(ImageFileError) in
                var reader = try PNGReader(path: ImageData.path("rgb8.png"))
                _ = try reader.readRows(4)
                _ = try reader.finish()
            },
        ].map { $0?.reason }
        #expect(reasons == Array(repeating: .invalidUse, count: 5))
    }
}
