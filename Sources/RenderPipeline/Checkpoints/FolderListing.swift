import FoundationEssentials

/// What lies in a folder.
enum FolderListing {
    /// The names of all that lies in a folder; none for one that is not there.
    static func names(in path: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }
}
