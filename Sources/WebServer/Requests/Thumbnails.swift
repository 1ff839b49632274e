import NIOPosix
import RenderJobs
import RenderPipeline

/// Finished pictures, small: made when somebody looks, and kept for a while.
actor Thumbnails {
    /// The longest edge, in pixels: what a card of a gallery shows on a screen with two pixels a point.
    static let longestEdge = 512
    /// The most bytes that are kept.
    private static let capacity = 32 << 20

    /// By the digest of the picture's pixels; those that were not asked for longest come first.
    private var kept: [(digest: String, png: [UInt8])] = []

    /// - Parameters:
    ///   - picture: which one.
    ///   - path: its file.
    /// - Returns: a PNG file.
    /// - Throws: `ImageFileError` when the file is gone or cannot be read.
    func png(of picture: JobPicture, at path: String) async throws -> [UInt8] {
        if let known = kept.first(where: { $0.digest == picture.digest })?.png {
            keep(known, of: picture)
            return known
        }
        // Large files take long to read: other requests are answered meanwhile.
        let png = try await NIOThreadPool.singleton.runIfActive {
            try PicturePreview.png(pngFile: path, longestEdge: Self.longestEdge)
        }
        keep(png, of: picture)
        return png
    }

    private func keep(_ png: [UInt8], of picture: JobPicture) {
        kept.removeAll { $0.digest == picture.digest }
        kept.append((picture.digest, png))
        var byteCount = kept.reduce(0) { $0 + $1.png.count }
        while byteCount > Self.capacity { byteCount -= kept.removeFirst().png.count }
    }
}
