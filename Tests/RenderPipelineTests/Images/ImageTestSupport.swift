import FoundationEssentials
import RenderPipeline

/// A folder of a test's own, removed with all that is in it when the value goes away.
final class TemporaryFolder {
    let path: String

    init() throws {
        let name = "apldm-images-\(UInt64.random(in: .min ... .max))"
        path = FileManager.default.temporaryDirectory.appending(path: name).path(percentEncoded: false)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The names of all files, hidden ones too.
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}

/// The committed pictures of all kinds; `Data/make_data.py` makes them.
enum ImageData {
    static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Data/\(name)").path(percentEncoded: false)
    }

    static func bytes(_ name: String) throws -> [UInt8] { try readFile(path(name)) }
}

func readFile(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: path))) }

func writeFile(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

/// Runs `body` and returns what it throws.
func imageError(_ body: () throws(ImageFileError) -> Void) -> ImageFileError? {
    do { try body() } catch { return error }
    return nil
}

/// The splitmix64 generator: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension PixelImage {
    /// Noise, which does not compress: every row block reaches the disk.
    static func noise(width: Int, height: Int, seed: UInt64 = 1) -> PixelImage {
        var generator = SeededGenerator(state: seed)
        let pixels = (0..<3 * width * height).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        return PixelImage(width: width, height: height, pixels: pixels)
    }
}
