/// Records in PNG files.
extension RenderRecord {
    /// The key of the record's text.
    package static let textKey = "apldm"
    /// The key under which AUTOMATIC1111's web UI and many others store their settings.
    package static let parametersKey = "parameters"

    /// What to store with the picture: settings for other programs, and the record.
    ///
    /// - Parameter scheduler: the sampler settings of the model's folder.
    /// - Returns: the text `parameters`, then the text `apldm`.
    /// - Throws: ``RenderRecordError`` for numbers that cannot be recorded.
    public func texts(scheduler: SamplerConfiguration) throws(RenderRecordError) -> [PNGText] {
        [
            PNGText(key: Self.parametersKey, value: GenerationParameters.text(self, scheduler: scheduler)),
            PNGText(key: Self.textKey, value: try canonicalJSON()),
        ]
    }

    /// Reads the record of a PNG file, which has to stand before the picture; the picture itself is not read.
    ///
    /// - Parameter path: a regular file.
    /// - Throws: `ImageFileError` when it is no PNG file or damaged, ``RenderRecordError`` naming the file, and the key
    ///   where there is one, when there is no record in it or not one to render from.
    public init(pngFile path: String) throws {
        // The picture is not read, so its size does not matter.
        let limits = PNGReader.Limits(side: 1_000_000, pixels: .max)
        let texts = try PNGReader(path: path, limits: limits).texts
        let records = texts.filter { $0.key == Self.textKey }
        do throws(RenderRecordError) {
            guard let record = records.first else { throw Self.missing(among: texts) }
            guard records.count == 1 else {
                throw RenderRecordError(
                    key: nil, problem: "it has \(records.count) records", remedy: "use the picture as it was written")
            }
            try self.init(json: record.value)
        } catch {
            var error = error
            error.file = path
            throw error
        }
    }

    private static func missing(among texts: [PNGText]) -> RenderRecordError {
        let isByOthers = texts.contains { $0.key == parametersKey }
        return RenderRecordError(
            key: nil,
            problem: isByOthers
                ? "it has a '\(parametersKey)' text alone, as other programs write it, which is not enough to give the "
                    + "same bytes"
                : "it has no record of how it was made: no '\(textKey)' text before the picture",
            remedy: isByOthers
                ? "call render with the prompt and the options that this text names"
                : "use a picture as apldm wrote it, not one that another program has saved again")
    }
}
