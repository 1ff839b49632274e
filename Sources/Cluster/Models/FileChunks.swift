import ClusterMessages
import Glibc

/// A file on its way out, read chunk by chunk.
final class FileChunks: ChunkSource {
    let header: TensorHeader
    private let path: String
    private let descriptor: Int32

    /// Opens the file.
    ///
    /// - Parameters:
    ///   - path: where it lies.
    ///   - file: what was said of it.
    ///   - chunkByteCount: the negotiated chunk.
    /// - Throws: ``ClusterError`` when it cannot be opened, and `WireError` for a file that cannot be sent.
    init(_ path: String, _ file: ModelManifest.File, chunkByteCount: Int) throws {
        header = try TensorHeader(
            .uint8, dimensions: [file.byteCount], chunkByteCount: chunkByteCount, sha256: file.sha256)
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func chunk(_ index: Int, ofTensor number: Int) throws -> TensorChunk {
        let start = index * header.chunkByteCount
        var bytes = [UInt8](repeating: 0, count: min(header.chunkByteCount, header.byteCount - start))
        // A file that is shorter by now is sent with zeros: its digest will not fit.
        guard pread(descriptor, &bytes, bytes.count, start) >= 0 else { throw Self.failure(path) }
        return TensorChunk(tensor: number, index: index, isCompressed: false, payload: Payload(bytes))
    }

    private static func failure(_ path: String) -> ClusterError {
        ClusterError(.model, "\(path) cannot be read: \(String(cString: strerror(errno)))")
    }
}
