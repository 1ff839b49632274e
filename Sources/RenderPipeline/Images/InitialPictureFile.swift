public import Tensors

/// A PNG file of any kind, opened to render from.
///
/// Opening reads the size and what the file says of its colours; ``read(background:)`` converts the samples row by row.
public struct InitialPictureFile: ~Copyable {
    /// Its size in pixels.
    public let size: Extent
    /// Whether it has an alpha channel or transparent colours.
    public let hasTransparency: Bool
    /// What the user should know of how it is read; nil when there is nothing to know.
    public let notice: String?

    private let reader: PNGReader
    private let colours: ColourInterpretation

    /// About how many bytes reading takes for each pixel: the values, and the whole of an interlaced file.
    public static let bytesPerPixel = 20

    /// - Parameters:
    ///   - path: a regular file.
    ///   - limits: what is refused as too large.
    /// - Throws: when it cannot be read, is no PNG file (and how to make one of it where it is another kind of
    ///   picture), is damaged or too large, or is in other colours than sRGB and not to be converted exactly.
    public init(path: String, limits: PNGReader.Limits = .standard) throws(ImageFileError) {
        let reader: PNGReader
        do throws(ImageFileError) {
            reader = try PNGReader(path: path, limits: limits)
        } catch {
            guard error.reason == .damaged, let format = ForeignPictureFormat(path: path) else { throw error }
            throw ImageFileError(
                path: path, operation: .read, reason: .unsupported, problem: "it is a \(format.name) file, not a PNG",
                remedy: "convert it, for example with ImageMagick: \(format.conversion(of: path))")
        }
        try self.init(reader)
    }

    /// A file in memory; see ``PNGReader/init(bytes:name:limits:)``.
    package init(bytes: [UInt8], name: String, limits: PNGReader.Limits = .standard) throws(ImageFileError) {
        try self.init(PNGReader(bytes: bytes, name: name, limits: limits))
    }

    private init(_ reader: consuming PNGReader) throws(ImageFileError) {
        let header = reader.header
        colours = try ColourInterpretation(header.colour, path: reader.path)
        size = Extent(height: header.height, width: header.width)
        hasTransparency = header.channels == 4
        notice =
            colours.disregardsProfile
            ? "\(reader.path) has an embedded colour profile, which is not applied: its values are taken as sRGB; "
                + "if it is another, convert it first (magick in.png -profile sRGB.icc out.png)" : nil
        self.reader = reader
    }

    /// Reads the picture: every sample v becomes 2·v/255 − 1 or 2·v/65535 − 1, after the conversion of another gamma to
    /// sRGB. Transparent pixels are mixed with the background in these encoded values, as browsers and most programs
    /// do, not in light.
    ///
    /// - Parameter background: what is laid under a transparent picture.
    /// - Returns: the picture, `[1, height, width, 3]` in −1...1, and what a request says of it.
    /// - Throws: when the file is damaged.
    public consuming func read(
        background: BackgroundColour = .white
    ) throws(ImageFileError) -> (picture: Tensor, description: InitialPicture) {
        let (size, hasTransparency, colours) = (size, hasTransparency, colours)
        var reader = reader
        let isWide = reader.header.bitDepth == 16
        let conversion = SampleConversion(
            values: colours.values(upTo: isWide ? 65_535 : 255), background: hasTransparency ? background : nil)
        var picture = Tensor(shape: [1, size.height, size.width, 3])
        for start in stride(from: 0, to: size.height, by: 64) {
            let count = min(64, size.height - start)
            let first = 3 * size.width * start
            if isWide {
                let rows = try reader.readWideRows(count)
                picture.withMutableSpan { conversion.convert(rows, to: &$0, from: first) }
            } else {
                let rows = try reader.readRows(count)
                picture.withMutableSpan { conversion.convert(rows, to: &$0, from: first) }
            }
        }
        _ = try reader.finish()
        let description = InitialPicture(
            size: size, sha256: ImageDigest.digest(values: picture),
            background: hasTransparency ? background.description : nil)
        return (picture, description)
    }
}

/// From samples to −1...1.
private struct SampleConversion {
    /// The encoded value of every sample, 0...1.
    let values: [Float]
    /// What is laid under samples with alpha; nil for samples without.
    let background: BackgroundColour?

    func convert<Sample: FixedWidthInteger & UnsignedInteger>(
        _ samples: [Sample], to target: inout MutableSpan<Float>, from first: Int
    ) {
        let (values, samples) = (values.span, samples.span)
        guard let background else {
            for index in samples.indices { target[first + index] = 2 * values[Int(samples[index])] - 1 }
            return
        }
        let under = background.levels.map { Float($0) / 255 }
        for pixel in 0..<samples.count / 4 {
            let alpha = Float(samples[4 * pixel + 3]) / Float(Sample.max)
            for channel in 0..<3 {
                let value = values[Int(samples[4 * pixel + channel])]
                target[first + 3 * pixel + channel] = 2 * (alpha * value + (1 - alpha) * under[channel]) - 1
            }
        }
    }
}
