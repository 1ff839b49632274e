import ClusterMessages
import Crypto
import DiffusionModels
import FoundationEssentials
import Tensors

/// One file of a model on its way in: written aside, hashed as it comes, and renamed when it is right.
struct IncomingFile: ~Copyable {
    private let file: ModelManifest.File
    private var decoder: ChunkDecoder
    private var output: ReplacementFile
    private var hash = SHA256()

    private init(_ file: ModelManifest.File, _ decoder: ChunkDecoder, _ output: consuming ReplacementFile) {
        self.file = file
        self.decoder = decoder
        self.output = output
    }

    /// Makes the file under another name.
    ///
    /// - Parameters:
    ///   - file: what was announced.
    ///   - folder: the model's folder.
    ///   - header: what is about to come.
    /// - Returns: the file, empty.
    /// - Throws: ``ClusterError`` when it cannot be written, and `WireError` when something else comes.
    static func begin(
        _ file: ModelManifest.File, folder: String, header: TensorHeader
    ) throws -> IncomingFile {
        guard header.element == .uint8, header.byteCount == file.byteCount, header.sha256 == file.sha256 else {
            throw WireError(.tensor, "tensorPut.header", expected: "\(file.path)", found: "another file")
        }
        let decoder = try ChunkDecoder(header, maximumByteCount: file.byteCount)
        return IncomingFile(file, decoder, try open(folder + "/" + file.path))
    }

    private static func open(_ path: String) throws(ClusterError) -> ReplacementFile {
        do {
            try FileManager.default.createDirectory(
                atPath: String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]), withIntermediateDirectories: true)
            return try ReplacementFile(replacing: path)
        } catch {
            throw ClusterError(.model, "\(path) cannot be written: \(error)", remedy: "choose another --model-cache")
        }
    }

    /// Whether all of it has come.
    var isComplete: Bool { decoder.isComplete }

    /// Takes the next chunk.
    mutating func append(_ chunk: TensorChunk) throws {
        let bytes = try decoder.decode(chunk).bytes
        hash.update(data: bytes)
        do {
            try output.write(bytes.span)
        } catch {
            throw ClusterError(
                .model, "\(file.path) cannot be written: \(error)", remedy: "make room, or choose another --model-cache"
            )
        }
    }

    /// Gives the file its name.
    ///
    /// - Throws: `WireError` when its digest is another than announced.
    consuming func finish() throws {
        guard hash.finalize().hexadecimal == file.sha256.hexadecimal else {
            throw WireError(.damaged, "model file", expected: file.sha256.hexadecimal, found: "another digest")
        }
        do {
            try output.commit()
        } catch {
            throw ClusterError(.model, "\(file.path) cannot be kept: \(error)")
        }
    }
}
