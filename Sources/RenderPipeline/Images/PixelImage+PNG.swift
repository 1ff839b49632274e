/// PNG files of whole pictures.
extension PixelImage {
    /// Writes the picture to a PNG file, all or nothing; see ``PNGWriter``.
    ///
    /// - Parameters:
    ///   - path: the file, which is replaced if it exists.
    ///   - text: entries to place before the picture.
    /// - Throws: when the path or an entry is impossible, or the disk refuses.
    public func write(pngFile path: String, text: [PNGText] = []) throws(ImageFileError) {
        var writer = try PNGWriter(path: path)
        try writer.begin(width: width, height: height, text: text)
        try writer.append(rows: pixels)
        try writer.finish()
    }

    /// Reads a PNG file with 8 bits a channel or fewer and without transparency. Colour spaces are not converted.
    ///
    /// - Parameters:
    ///   - path: a regular file.
    ///   - limits: what is refused as too large.
    /// - Throws: when the file cannot be read, is damaged, too large, has 16 bits a channel or transparency.
    public init(pngFile path: String, limits: PNGReader.Limits = .standard) throws(ImageFileError) {
        try self.init(PNGReader(path: path, limits: limits))
    }

    /// Reads the rest of a PNG that has 8 bits a channel and no transparency.
    init(_ reader: consuming PNGReader) throws(ImageFileError) {
        let header = reader.header
        try header.requirePlainColour(reader.path)
        let pixels = try reader.readRows(header.height)
        _ = try reader.finish()
        self.init(width: header.width, height: header.height, pixels: pixels)
    }
}

extension PNGHeader {
    /// - Parameter path: the file, for the error.
    /// - Throws: when it has 16 bits a channel or transparency.
    func requirePlainColour(_ path: String) throws(ImageFileError) {
        guard bitDepth != 8 || channels != 3 else { return }
        throw ImageFileError(
            path: path, operation: .read, reason: .unsupported,
            problem: "it has \(bitDepth) bits a channel\(channels == 4 ? " and transparency" : "")",
            remedy: "save it with 8 bits a channel and without transparency")
    }
}
