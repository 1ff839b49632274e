import FoundationEssentials

/// What lies in a folder.
package enum FolderListing {
    /// The names of all that lies in a folder; none for one that is not there.
    package static func names(in path: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }
}
