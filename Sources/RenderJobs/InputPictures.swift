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
        let path = path(description.sha256)
        // A job will refer to it in a moment: until then its age tells that it is wanted.
        if (try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)) != nil {
            return description
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try WholeFile.write(Array(bytes), to: path)
        return description
    }

    /// A picture that was kept before, which is kept on.
    ///
    /// - Parameter digest: what its description says, a SHA-256 of 64 hexadecimal digits.
    /// - Returns: its description; nil when it is not here, or not any more.
    /// - Throws: ``ImageFileError`` for a file that was damaged.
    public func kept(_ digest: String) throws -> InitialPicture? {
        let path = path(digest)
        guard (try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)) != nil else {
            return nil
        }
        return try InitialPictureFile(path: path, limits: Self.limits).read().description
    }

    /// Removes pictures that no job starts from any more.
    ///
    /// - Parameters:
    ///   - wanted: the digests of those that jobs start from.
    ///   - seconds: how long ago the others were sent at least; a job may be on its way.
    /// - Returns: how many were removed.
    @discardableResult
    public func sweep(keeping wanted: Set<String>, sentBefore seconds: Double = 3600) -> Int {
        let latest = Date(timeIntervalSinceNow: -seconds)
        return FolderListing.names(in: folder).count { name in
            guard name.hasSuffix(".png"), name.utf8.count == 68, !wanted.contains(String(name.dropLast(4))) else {
                return false
            }
            let path = "\(folder)/\(name)"
            guard let sent = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date,
                sent <= latest
            else { return false }
            return (try? FileManager.default.removeItem(atPath: path)) != nil
        }
    }

    /// Removes what was being written when the program was killed.
    public func removeLeftovers() { WholeFile.removeLeftovers(in: folder) }

    /// What a request is to be given beside its plan.
    ///
    /// - Throws: ``ImageFileError`` when its picture is gone.
    public func inputs(of request: RenderRequest) throws -> RenderInputs {
        guard let description = request.initialPicture else { return RenderInputs() }
        let (picture, _) = try InitialPictureFile(path: path(description.sha256), limits: Self.limits).read()
        return RenderInputs(initialPicture: picture)
    }

    private func path(_ digest: String) -> String { "\(folder)/\(digest).png" }
}
