public import Tensors

/// Writes an 8-bit RGB PNG row by row, so that the picture need not exist as a whole.
///
/// The file takes its name only when it is complete and on the disk: after an error, or when the writer goes away
/// unfinished, there is no new file, and a former one of that name is as it was. The same rows and texts give the same
/// bytes with the same zlib.
///
/// ```swift
/// var writer = try PNGWriter(path: "picture.png")
/// try writer.begin(width: 2, height: 1, text: [PNGText(key: "Software", value: "apldm")])
/// try writer.append(rows: [255, 0, 0, 0, 0, 255])
/// try writer.finish()
/// ```
public struct PNGWriter: ~Copyable {
    private let path: String
    private var file: ReplacementFile
    private let encoder: PNGEncoder

    /// The temporary file beside the target that takes the data.
    package var temporaryPath: String { file.temporaryPath }
    /// The descriptor of the temporary file.
    package var descriptor: Int32 { file.descriptor }

    /// Makes the temporary file beside `path`.
    ///
    /// - Throws: when the folder does not exist or cannot be written to, or `path` names something other than a
    ///   regular file.
    public init(path: String) throws(ImageFileError) {
        self.path = path
        let file: ReplacementFile
        do throws(ReplacementFile.Failure) {
            file = try ReplacementFile(replacing: path)
        } catch {
            throw ImageFileError(path: path, error)
        }
        encoder = try PNGEncoder(descriptor: file.descriptor, path: path)
        self.file = file
    }

    /// Writes everything that stands before the picture.
    ///
    /// - Parameters:
    ///   - width: the width, 1...1000000 pixels.
    ///   - height: the height, 1...1000000 pixels.
    ///   - text: entries to place before the picture: tEXt where Latin-1 suffices, else iTXt.
    /// - Throws: when the size or an entry is impossible, or the disk refuses.
    public mutating func begin(width: Int, height: Int, text: [PNGText] = []) throws(ImageFileError) {
        do { try encoder.begin(width: width, height: height, text: text) } catch {
            file.discard()
            throw error
        }
    }

    /// Writes the next rows.
    ///
    /// - Parameter rows: whole rows of RGB bytes, top to bottom.
    /// - Throws: when they are not whole rows or too many, or the disk refuses.
    public mutating func append(rows: [UInt8]) throws(ImageFileError) {
        do { try encoder.append(rows: rows) } catch {
            file.discard()
            throw error
        }
    }

    /// Writes all rows of a decoded picture, converting a few at a time; see ``PixelImage/levels(decoded:item:rows:)``.
    ///
    /// - Parameters:
    ///   - decoded: `[batch, height, width, 3]`, -1...1 and beyond.
    ///   - item: the batch item.
    /// - Throws: when the rows are not of the width given or too many, or the disk refuses.
    public mutating func append(decoded: Tensor, item: Int) throws(ImageFileError) {
        for rows in PixelImage.rowBlocks(of: decoded) {
            try append(rows: PixelImage.levels(decoded: decoded, item: item, rows: rows))
        }
    }

    /// Writes the end and gives the file its name.
    ///
    /// - Throws: when rows are missing or the disk refuses.
    public consuming func finish() throws(ImageFileError) {
        do { try encoder.finish() } catch {
            file.discard()
            throw error
        }
        do throws(ReplacementFile.Failure) {
            try file.commit()
        } catch {
            throw ImageFileError(path: path, error)
        }
    }
}
