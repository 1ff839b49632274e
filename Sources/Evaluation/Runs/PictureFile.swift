import FoundationEssentials
import RenderPipeline

/// One rendered picture of an evaluation on the disk: its record says whether it is the one that is wanted.
struct PictureFile {
    /// What rendering it took; kept beside its record, as it is no part of what determines the pixels.
    struct Effort: Codable, Sendable, Hashable {
        var seconds: Double
        var processorSeconds: Double
        /// The most that tensors took beside the weights.
        var peakTensorBytes: Int
    }

    static let effortKey = "apldm-effort"

    let path: String

    /// The picture and its effort, when it has been rendered from the same record; nil when it has to be rendered.
    func existing(_ record: RenderRecord) -> (image: PixelImage, effort: Effort)? {
        guard let found = try? RenderRecord(pngFile: path), found == record,
            let texts = try? PNGReader(path: path).texts,
            let text = texts.first(where: { $0.key == Self.effortKey }),
            let effort = try? JSONDecoder().decode(Effort.self, from: Data(text.value.utf8)),
            let image = try? PixelImage(pngFile: path)
        else { return nil }
        return (image, effort)
    }

    func write(_ image: PixelImage, effort: Effort, texts: [PNGText]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = String(decoding: try encoder.encode(effort), as: UTF8.self)
        try image.write(pngFile: path, text: texts + [PNGText(key: Self.effortKey, value: text)])
    }
}
