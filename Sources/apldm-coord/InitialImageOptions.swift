import ArgumentParser
import CommandSupport
import RenderPipeline
import Tensors

/// An existing picture to start from.
struct InitialImageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Enlarge this PNG instead of drawing stage one: to twice its size, unless a size is given. The prompt may "
                + "be empty.",
            valueName: "FILE"))
    var initImage: String?

    @Option(
        help: ArgumentHelp(
            "What is laid under a transparent --init-image, mixed in its encoded values (default #ffffff).",
            valueName: "#RRGGBB"))
    var background: String?

    /// Reads and converts the picture; nil when none is given.
    ///
    /// - Parameter recorded: what was laid under it when it was rendered from before.
    /// - Returns: its values, and what a request says of it.
    /// - Throws: `RequestError` and `ImageFileError`.
    func read(background recorded: String? = nil) throws -> InitialImage? {
        guard let path = initImage else {
            guard background == nil else {
                throw RequestError(
                    option: "--background", problem: "there is nothing to lay it under",
                    remedy: "give it with a transparent --init-image")
            }
            return nil
        }
        let file = try InitialPictureFile(path: path)
        if let notice = file.notice { Console.error("warning: \(notice)") }
        let needed = InitialPictureFile.bytesPerPixel * file.size.area
        if let available = HostUsage.availableMemory, Double(needed) > available {
            throw RequestError(
                option: "--init-image", problem: "a picture of \(file.size) takes \(needed >> 20) MiB to read",
                remedy: "give a smaller one, or free memory")
        }
        let colour = try recorded.flatMap(BackgroundColour.init) ?? colour(isUsed: file.hasTransparency)
        let (picture, description) = try file.read(background: colour)
        return InitialImage(picture: picture, description: description)
    }

    private func colour(isUsed: Bool) throws(RequestError) -> BackgroundColour {
        guard let background else { return .white }
        guard isUsed else {
            throw RequestError(
                option: "--background", problem: "the picture has no transparency", remedy: "leave it out")
        }
        guard let colour = BackgroundColour(background) else {
            throw RequestError(
                option: "--background", problem: "'\(background)' is not a colour",
                remedy: "write six hexadecimal digits, for example '#ffffff'")
        }
        return colour
    }
}

/// A picture to start from: its values, and what a request says of it.
struct InitialImage {
    let picture: Tensor
    let description: InitialPicture
}
