import CPNG

/// Reads a PNG file row by row. Made for files of unknown origin: every size is checked before memory is taken, wrong
/// checksums are errors, and embedded profiles are noticed but not parsed.
public struct PNGReader: ~Copyable {
    /// What is refused as too large.
    public struct Limits: Sendable, Hashable {
        /// The greatest width or height.
        public var side: UInt32
        /// The greatest width times height. An interlaced picture takes up to 8 bytes a pixel in memory.
        public var pixels: UInt64

        /// - Parameters:
        ///   - side: the greatest width or height.
        ///   - pixels: the greatest width times height.
        public init(side: UInt32, pixels: UInt64) {
            self.side = side
            self.pixels = pixels
        }

        /// 32768 pixels a side and 2^27 pixels (for example 11585×11585).
        public static let standard = Limits(side: 1 << 15, pixels: 1 << 27)
    }

    /// The file as the caller named it.
    public let path: String
    /// Size, kind of samples, and what the file says of its colours.
    public let header: PNGHeader
    private let decoder: PNGDecoder

    /// Opens a file and reads everything up to the picture.
    ///
    /// - Parameters:
    ///   - path: a regular file.
    ///   - limits: what is refused as too large.
    /// - Throws: when it cannot be read, is not a PNG file, is damaged or too large.
    public init(path: String, limits: Limits = .standard) throws(ImageFileError) {
        let decoder = try PNGDecoder(path: path, limits: limits)
        header = try decoder.begin()
        self.decoder = decoder
        self.path = path
    }

    /// Reads everything up to the picture of a file in memory.
    ///
    /// - Parameters:
    ///   - bytes: the whole file; a copy is taken.
    ///   - name: what to call it in errors.
    ///   - limits: what is refused as too large.
    /// - Throws: when it is not a PNG file, is damaged or too large.
    public init(bytes: [UInt8], name: String, limits: Limits = .standard) throws(ImageFileError) {
        let decoder = try PNGDecoder(bytes: bytes, name: name, limits: limits)
        header = try decoder.begin()
        self.decoder = decoder
        path = name
    }

    /// The text entries met so far: those before the picture until the last row is read.
    public var texts: [PNGText] { decoder.texts }

    /// The next `count` rows of a picture with 8 bits a sample.
    ///
    /// - Throws: when the file is damaged, the samples have 16 bits, or so many rows are not left.
    public mutating func readRows(_ count: Int) throws(ImageFileError) -> [UInt8] {
        var rows = [UInt8](repeating: 0, count: try sampleCount(rows: count, bitDepth: 8))
        try decoder.check(cpng_reader_read_rows(decoder.handle, &rows, rows.count))
        return rows
    }

    /// The next `count` rows of a picture with 16 bits a sample.
    ///
    /// - Throws: when the file is damaged, the samples have 8 bits, or so many rows are not left.
    public mutating func readWideRows(_ count: Int) throws(ImageFileError) -> [UInt16] {
        var rows = [UInt16](repeating: 0, count: try sampleCount(rows: count, bitDepth: 16))
        try decoder.check(cpng_reader_read_rows(decoder.handle, &rows, 2 * rows.count))
        return rows
    }

    /// Reads the rest of the file, after the last row.
    ///
    /// - Returns: the text entries before and after the picture; of more than 30 the rest is left out, and so is a
    ///   compressed one of over 4 MiB.
    /// - Throws: when rows are left or the file is damaged.
    public consuming func finish() throws(ImageFileError) -> [PNGText] {
        try decoder.check(cpng_reader_finish(decoder.handle))
        return decoder.texts
    }

    /// The samples in `rows` rows, checked before a buffer is made for them.
    private func sampleCount(rows: Int, bitDepth: Int) throws(ImageFileError) -> Int {
        guard bitDepth == header.bitDepth, (0...header.height).contains(rows) else {
            throw ImageFileError(
                path: path, operation: .read, reason: .invalidUse,
                problem: "\(rows) rows of \(bitDepth)-bit samples were asked for",
                remedy: "ask for at most \(header.height) rows of \(header.bitDepth)-bit samples")
        }
        return rows * header.width * header.channels
    }
}
