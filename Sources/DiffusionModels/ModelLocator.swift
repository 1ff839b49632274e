import FoundationEssentials
import Glibc

/// Finds model folders by path or by name.
///
/// Never through `Bundle.module`, which traps when the resources are elsewhere than at build time.
public struct ModelLocator: Sendable {
    /// The model that ships with the program.
    public static let embeddedModel = "landscape"

    /// Folders that hold model folders, in the order in which they are searched.
    public let searchPath: [String]

    /// - Parameters:
    ///   - environment: the process's environment; `APLDM_MODELS` is a colon-separated list of folders.
    ///   - executable: the path of the running program, links resolved.
    public init(environment: [String: String], executable: String = ModelLocator.runningExecutable) {
        let folder = URL(filePath: executable).deletingLastPathComponent().path
        let named = (environment["APLDM_MODELS"] ?? "").split(separator: ":").map(String.init)
        searchPath = named + [folder + "/apldm_DiffusionModels.resources/models", folder + "/../share/apldm/models"]
    }

    /// The folder of a model.
    ///
    /// - Parameter nameOrPath: a folder with a `model_index.json`, or the name of one within the search path. What lies
    ///   at the path itself is preferred; a text with a slash is never a name.
    /// - Returns: the path of the first such folder.
    /// - Throws: ``ModelError`` of the kind ``ModelError/Kind/fileMissing`` that lists where was looked.
    public func folder(of nameOrPath: String) throws(ModelError) -> String {
        let candidates = [nameOrPath] + (nameOrPath.contains("/") ? [] : searchPath.map { $0 + "/" + nameOrPath })
        for candidate in candidates
        where FileManager.default.fileExists(atPath: candidate + "/model_index.json") {
            return candidate
        }
        throw ModelError(
            .fileMissing, file: nameOrPath, subject: "model_index.json", expected: "a diffusers model folder",
            found: "none in any of: " + candidates.joined(separator: ", "),
            remedy: "give --model the path of a model folder, or set APLDM_MODELS to the folder that holds it")
    }

    /// The path of the running program, links resolved.
    public static var runningExecutable: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let length = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
        guard length > 0 else { return CommandLine.arguments.first ?? "" }
        return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
