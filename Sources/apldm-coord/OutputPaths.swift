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

    /// Finds out before hours of work whether everything can be written: the pictures, and the tensors to `dump`.
    func check(dump: String?) throws {
        for path in paths {
            let name = path.lowercased()
            guard name.hasSuffix(".png") || holdsLatents(path) else {
                throw RequestError(
                    option: "--output", problem: "'\(path)' ends in neither .png nor .safetensors",
                    remedy: "write a PNG and convert it, for example with ImageMagick")
            }
            if holdsLatents(path) {
                try Self.checkTensorFile(path)
            } else {
                try PNGWriter.checkWritable(path: path)
            }
        }
        if let dump { try Self.checkTensorFile(dump) }
        var seen: Set<String> = []
        for path in paths + [dump].compactMap(\.self) where !seen.insert(path).inserted {
            throw RequestError(
                option: path == dump ? "--dump" : "--image-sizes", problem: "'\(path)' would be written twice",
                remedy: "give every file a name of its own, and every size once")
        }
    }

    private static func checkTensorFile(_ path: String) throws {
        var information = stat()
        // The file is renamed into place in the end, which a folder would refuse and a device such as /dev/null would
        // not survive.
        if stat(path, &information) == 0, information.st_mode & S_IFMT != S_IFREG { throw NotAFile(path: path) }
        try SafetensorsWriter.checkWritable(path: path)
    }

    /// Writes picture `index`, with `text` before it in a PNG, and returns its digest: of the pixels, however they are
    /// compressed.
    func write(_ rendered: RenderedPicture, _ index: Int, text: [PNGText]) throws -> String {
        let path = paths[index]
        if holdsLatents(path) {
            try SafetensorsWriter.write(
                [("latents", rendered.latents.channelsFirst())], metadata: ["format": "pt"], to: path)
        } else {
            return try PNGWriter.write(decoded: rendered.picture, to: path, text: text)
        }
        return ImageDigest.digest(decoded: rendered.picture)
    }
}

/// Something that no file can take the place of has the name of an output.
struct NotAFile: Error, CustomStringConvertible {
    let path: String

    var description: String {
        "cannot create \(path): something that is not a regular file has this name; choose another path"
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
