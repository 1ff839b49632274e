import FoundationEssentials
import Glibc
import RenderPipeline
import Tensors

/// Where the pictures of one call go, and writing them there.
struct OutputPaths {
    private let paths: [String]

    /// - Parameters:
    ///   - template: the path as given; several pictures get their size and seed before its ending.
    ///   - requests: the pictures.
    init(template: String, requests: [RenderRequest]) {
        guard requests.count > 1 else {
            paths = [template]
            return
        }
        let dot = template.lastIndex(of: ".") ?? template.endIndex
        paths = requests.map { template[..<dot] + "-\($0.size)-seed\($0.seed)" + template[dot...] }
    }

    subscript(index: Int) -> String { paths[index] }

    private func holdsLatents(_ path: String) -> Bool { path.lowercased().hasSuffix(".safetensors") }

    /// Finds out before hours of work whether a picture can be written at all.
    func check() throws {
        for path in paths {
            let name = path.lowercased()
            guard name.hasSuffix(".png") || holdsLatents(path) else {
                throw RequestError(
                    option: "--output", problem: "'\(path)' ends in neither .png nor .safetensors",
                    remedy: "write a PNG and convert it, for example with ImageMagick")
            }
            if holdsLatents(path) {
                try SafetensorsWriter.checkWritable(path: path)
            } else {
                try PNGWriter.checkWritable(path: path)
            }
        }
    }

    /// Writes picture `index` and returns its digest: of the pixels, however they are compressed.
    func write(_ rendered: RenderedPicture, _ index: Int) throws -> String {
        let path = paths[index]
        if holdsLatents(path) {
            try SafetensorsWriter.write(
                [("latents", rendered.latents.channelsFirst())], metadata: ["format": "pt"], to: path)
        } else {
            return try PNGWriter.write(decoded: rendered.picture, to: path)
        }
        return ImageDigest.digest(decoded: rendered.picture)
    }
}

/// Latents to start from.
struct InitialLatents {
    let tensor: Tensor

    /// Reads `latents` or `noise.0`, channels first and unscaled, from a safetensors file.
    init(path: String) throws {
        let file = try SafetensorsFile(path: path)
        guard let name = ["latents", "noise.0"].first(where: { file.tensors[$0] != nil }),
            file.tensors[name]?.shape.count == 4
        else {
            throw RequestError(
                option: "--latents", problem: "\(path) has no tensor 'latents' of four dimensions",
                remedy: "store the unscaled noise of stage one as [1, channels, height, width]")
        }
        tensor = try file.tensor(name).channelsLast()
        guard tensor.values.allSatisfy(\.isFinite) else {
            throw RequestError(
                option: "--latents", problem: "\(path) holds infinities or not-a-numbers", remedy: "give finite latents"
            )
        }
    }
}
