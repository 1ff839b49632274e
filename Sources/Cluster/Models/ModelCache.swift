import ClusterMessages
import DiffusionModels
import FoundationEssentials

/// Models that a worker was sent, in a folder of its own each, named by their digests.
///
/// A model takes its place only when all of its files have come and their digest is right; what came of one that was
/// broken off is used the next time.
public struct ModelCache: Sendable {
    private let folder: String

    /// - Parameter folder: an absolute path; it is made when something is to be kept.
    public init(folder: String) { self.folder = folder }

    /// The user's own, `$XDG_CACHE_HOME/apldm/models` or `~/.cache/apldm/models`; nil when the environment names none.
    public init?(environment: [String: String]) {
        if let caches = environment["XDG_CACHE_HOME"], caches.hasPrefix("/") {
            self.init(folder: caches + "/apldm/models")
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            self.init(folder: home + "/.cache/apldm/models")
        } else {
            return nil
        }
    }

    /// What is here and complete.
    public var places: [DeviceModelShelf.Place] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { ContentDigest(hexadecimal: $0) != nil }.sorted().map {
            DeviceModelShelf.Place(sha256: $0, folder: folder + "/" + $0, variant: nil)
        }
    }

    /// Where the files of a model go while they come.
    func partialFolder(_ model: ContentDigest) -> String { "\(folder)/\(model.hexadecimal).partial" }

    /// Gives a complete model its place.
    ///
    /// - Parameters:
    ///   - model: its digest.
    ///   - digests: what hashes its files.
    /// - Returns: where it lies.
    /// - Throws: ``ClusterError`` when it is another model or the folder cannot be made.
    func complete(_ model: ContentDigest, _ digests: FileDigests) async throws -> DeviceModelShelf.Place {
        let partial = partialFolder(model)
        let found = try await ModelFiles(folder: partial).digest(digests)
        guard found == model.hexadecimal else {
            try? FileManager.default.removeItem(atPath: partial)
            throw ClusterError(.model, "the files that came are those of another model, \(found)")
        }
        let place = "\(folder)/\(model.hexadecimal)"
        try? FileManager.default.removeItem(atPath: place)
        try FileManager.default.moveItem(atPath: partial, toPath: place)
        return DeviceModelShelf.Place(sha256: model.hexadecimal, folder: place, variant: nil)
    }
}
