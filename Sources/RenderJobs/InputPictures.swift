public import FoundationEssentials
public import RenderPipeline

/// Pictures that jobs start from, by the digest of their values, in a folder of their own beside the results.
public struct InputPictures: Sendable {
    /// What is refused as too large: the values of a picture take 12 bytes a pixel.
    private static let limits = PNGReader.Limits(side: 1 << 14, pixels: 1 << 24)

    private let folder: String

    /// - Parameter pictures: the folder that finished pictures are in.
    public init(folder pictures: String) { folder = pictures + "/inputs" }

    /// Keeps a picture.
    ///
    /// - Parameter bytes: a PNG file.
    /// - Returns: what a request says of it.
    /// - Throws: ``ImageFileError`` for what is no picture to render from, and what the file system says.
    public func keep(_ bytes: Data) throws -> InitialPicture {
        let (_, description) = try InitialPictureFile(bytes: Array(bytes), name: "picture", limits: Self.limits).read()
        let path = path(description)
        guard !FileManager.default.fileExists(atPath: path) else { return description }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try bytes.write(to: URL(filePath: path), options: .atomic)
        return description
    }

    /// What a request is to be given beside its plan.
    ///
    /// - Throws: ``ImageFileError`` when its picture is gone.
    public func inputs(of request: RenderRequest) throws -> RenderInputs {
        guard let description = request.initialPicture else { return RenderInputs() }
        let (picture, _) = try InitialPictureFile(path: path(description), limits: Self.limits).read()
        return RenderInputs(initialPicture: picture)
    }

    private func path(_ picture: InitialPicture) -> String { "\(folder)/\(picture.sha256).png" }
}
