public import Tensors

extension PNGWriter {
    /// Writes a whole decoded picture, converting a few rows at a time.
    ///
    /// - Parameters:
    ///   - decoded: `[batch, height, width, 3]`, −1...1 and beyond.
    ///   - item: the batch item.
    ///   - path: where the picture goes; one that is there is replaced.
    ///   - text: entries to place before the picture.
    /// - Returns: the digest of its levels, see ``ImageDigest``.
    /// - Throws: when the file cannot be written where it is to go.
    public static func write(
        decoded: Tensor, item: Int = 0, to path: String, text: [PNGText] = []
    ) throws(ImageFileError) -> String {
        var writer = try PNGWriter(path: path)
        try writer.begin(width: decoded.shape[2], height: decoded.shape[1], text: text)
        var digest = ImageDigest(width: decoded.shape[2], height: decoded.shape[1])
        for rows in PixelImage.rowBlocks(of: decoded) {
            let levels = PixelImage.levels(decoded: decoded, item: item, rows: rows)
            digest.update(rows: levels)
            try writer.append(rows: levels)
        }
        try writer.finish()
        return digest.hexadecimal()
    }

    /// Finds out whether a picture can be written to `path`, and leaves nothing behind.
    public static func checkWritable(path: String) throws(ImageFileError) { _ = try PNGWriter(path: path) }
}

extension ImageDigest {
    /// The digest of a decoded picture's levels.
    public static func digest(decoded: Tensor, item: Int = 0) -> String {
        var digest = ImageDigest(width: decoded.shape[2], height: decoded.shape[1])
        for rows in PixelImage.rowBlocks(of: decoded) {
            digest.update(rows: PixelImage.levels(decoded: decoded, item: item, rows: rows))
        }
        return digest.hexadecimal()
    }
}

extension PixelImage {
    /// The rows of a decoded picture, a few at a time, so that its levels never exist as a whole.
    static func rowBlocks(of decoded: Tensor) -> [Range<Int>] {
        stride(from: 0, to: decoded.shape[1], by: 64).map { $0..<min($0 + 64, decoded.shape[1]) }
    }
}
