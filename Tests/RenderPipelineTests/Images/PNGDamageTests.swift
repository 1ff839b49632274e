import Glibc
import RenderPipeline
import Testing

@Suite("Damaged and hostile files")
struct PNGDamageTests {
    /// Reads everything there is.
    static func readAll(_ file: [UInt8], limits: PNGReader.Limits = .standard) throws(ImageFileError) -> [PNGText] {
        var reader = try PNGReader(bytes: file, name: "upload", limits: limits)
        for _ in 0..<reader.header.height {
            if reader.header.bitDepth == 8 { _ = try reader.readRows(1) } else { _ = try reader.readWideRows(1) }
        }
        return try reader.finish()
    }

    static func error(_ file: [UInt8], limits: PNGReader.Limits = .standard) -> ImageFileError? {
        imageError { () throws(ImageFileError) in _ = try readAll(file, limits: limits) }
    }

    /// A good file with another size in its header.
    static func resized(_ width: UInt32, _ height: UInt32, of name: String = "rgb8.png") throws -> [UInt8] {
        var chunks = try #require(PNGChunks(ImageData.bytes(name)))
        chunks.chunks[0].data.replaceSubrange(0..<8, with: PNGChunks.bytes(width) + PNGChunks.bytes(height))
        return chunks.file
    }

    @Test("Every truncation is an error", arguments: ["texts.png", "interlaced-rgb.png", "rgb-parts.png"])
    func truncated(name: String) throws {
        let file = try ImageData.bytes(name)
        for length in 0..<file.count {
            let error = Self.error(Array(file.prefix(length)))
            #expect(error?.reason == .damaged && error?.path == "upload", "\(length) of \(file.count) bytes")
        }
        #expect(Self.error(file) == nil)
    }

    @Test("Every flipped byte is an error", arguments: ["texts.png", "interlaced-rgb.png", "palette4.png"])
    func flipped(name: String) throws {
        let original = try ImageData.bytes(name)
        for position in original.indices {
            var file = original
            file[position] ^= 0x55
            #expect(Self.error(file) != nil, "byte \(position)")
        }
    }

    @Test(
        "What is not a PNG is called that", arguments: [[], [0], Array("GIF89a and so on".utf8), PNGChunks.signature])
    func otherFormats(file: [UInt8]) {
        #expect(Self.error(file)?.reason == .damaged)
        #expect(Self.error(file)?.problem.hasPrefix("not an undamaged PNG file: ") == true)
    }

    @Test(
        "Too many pixels are refused before there is memory for them",
        arguments: [
            (32769, 1), (1, 32769), (0x7FFF_FFFF, 0x7FFF_FFFF), (32768, 32768), (16384, 8193),
        ] as [(UInt32, UInt32)], ["rgb8.png", "interlaced-rgb.png", "interlaced-rgba16.png"])
    func huge(size: (UInt32, UInt32), name: String) throws {
        #expect(try Self.error(Self.resized(size.0, size.1, of: name))?.reason == .tooLarge)
    }

    @Test(
        "A size of nothing or beyond the standard is damage",
        arguments: [(0, 1), (1, 0), (0x8000_0000, 1)] as [(UInt32, UInt32)])
    func impossible(size: (UInt32, UInt32)) throws {
        #expect(try Self.error(Self.resized(size.0, size.1))?.reason == .damaged)
    }

    @Test("The caller's limits hold to the pixel")
    func limits() throws {
        let file = try ImageData.bytes("rgb8.png")
        #expect(Self.error(file, limits: .init(side: 7, pixels: 35)) == nil)
        #expect(Self.error(file, limits: .init(side: 6, pixels: 35))?.reason == .tooLarge)
        #expect(Self.error(file, limits: .init(side: 7, pixels: 34))?.reason == .tooLarge)
    }

    @Test("A picture with too little data is damage", arguments: ["rgb8.png", "interlaced-rgb.png"])
    func tooLittleData(name: String) throws {
        #expect(try Self.error(Self.resized(7, 500, of: name))?.reason == .damaged)
    }

    @Test("A text that claims or has too many bytes is refused before there is memory for it")
    func hugeText() throws {
        var claim = try ImageData.bytes("texts.png")
        claim.replaceSubrange(33..<37, with: PNGChunks.bytes(0x7FFF_FFFF))
        #expect(Self.error(claim)?.reason == .tooLarge)

        var chunks = try #require(PNGChunks(ImageData.bytes("rgb8.png")))
        chunks.chunks.insert(.init(name: "tEXt", data: [0x6B, 0] + [UInt8](repeating: 0x78, count: 9 << 20)), at: 1)
        #expect(Self.error(chunks.file)?.reason == .tooLarge)
    }

    @Test("Thousands of seeded mutations give a picture or a typed error, never a crash")
    func mutations() throws {
        let originals = try PNGKind.all().map { try ImageData.bytes($0.file) }
        let limits = PNGReader.Limits(side: 2048, pixels: 1 << 18)
        var generator = SeededGenerator(state: 2024)
        var outcomes: [ImageFileError.Reason?: Int] = [:]
        var rendersFrom: [ImageFileError.Reason?: Int] = [:]
        for round in 0..<4000 {
            var file = originals[round % originals.count]
            for _ in 0..<Int.random(in: 1...3, using: &generator) { Self.mutate(&file, using: &generator) }
            // Wrong checksums are found at once; right ones let the damage through to the decoder.
            if round % 4 != 0 { PNGChunks.repairChecksums(&file) }
            outcomes[Self.error(file, limits: limits)?.reason, default: 0] += 1
            let rendered = imageError { () throws(ImageFileError) in
                _ = try InitialPictureFile(bytes: file, name: "upload", limits: limits).read()
            }
            rendersFrom[rendered?.reason, default: 0] += 1
        }
        #expect(Set(outcomes.keys) == [nil, .damaged, .tooLarge], "\(outcomes)")
        #expect(Set(rendersFrom.keys) == [nil, .damaged, .tooLarge, .unsupported], "\(rendersFrom)")
    }

    private static func mutate(_ file: inout [UInt8], using generator: inout SeededGenerator) {
        guard !file.isEmpty else { return }
        let position = Int.random(in: file.indices, using: &generator)
        let end = min(position + Int.random(in: 1...16, using: &generator), file.count)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: file[position] = UInt8.random(in: 0...255, using: &generator)
        case 1: file[position] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        case 2: file.removeSubrange(position..<end)
        case 3: file.insert(contentsOf: file[position..<end], at: position)
        default: file.removeSubrange(position...)
        }
    }

    @Test("What is not a regular file is refused at once", arguments: ["/dev/zero", "/tmp"])
    func notRegular(path: String) {
        let error = imageError { () throws(ImageFileError) in _ = try PNGReader(path: path).header }
        #expect(error?.reason == .unsupported && error?.operation == .open)
    }

    @Test("A pipe that nobody writes to is refused instead of waited for", .timeLimit(.minutes(10)))
    func pipe() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        let error = imageError { () throws(ImageFileError) in _ = try PNGReader(path: folder.file("pipe")).header }
        #expect(error?.reason == .unsupported)
    }

    @Test("A file that is not there is named with the system's reason")
    func missing() throws {
        let folder = try TemporaryFolder()
        let error = imageError { () throws(ImageFileError) in _ = try PNGReader(path: folder.file("none.png")).header }
        #expect(
            error?.description == "cannot open \(folder.file("none.png")): No such file or directory; check the path")
        let zero = imageError { () throws(ImageFileError) in
            _ = try PNGReader(path: ImageData.path("rgb8.png\0x")).header
        }
        #expect(zero?.reason == .system(code: ENOENT))
    }
}
