/// The outcome of a job.
public struct JobPicture: Sendable, Hashable {
    /// The file's name in the folder of pictures.
    public var fileName: String
    /// The SHA-256 of its pixels, see `ImageDigest`.
    public var digest: String
    /// The file's size.
    public var byteCount: Int

    /// - Parameters:
    ///   - fileName: its name in the folder of pictures.
    ///   - digest: the SHA-256 of its pixels.
    ///   - byteCount: the file's size.
    public init(fileName: String, digest: String, byteCount: Int = 0) {
        self.fileName = fileName
        self.digest = digest
        self.byteCount = byteCount
    }
}
