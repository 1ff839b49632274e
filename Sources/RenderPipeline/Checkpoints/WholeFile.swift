import Tensors

/// Files that are complete or not there.
package enum WholeFile {
    /// Puts a file in its place, once it is on the disk.
    ///
    /// - Parameters:
    ///   - bytes: all of it.
    ///   - path: where it goes; what stood there stays until then.
    ///   - permissions: who may do what with it, as far as the process's mask lets them.
    /// - Throws: what the file system refuses.
    package static func write(_ bytes: [UInt8], to path: String, permissions: UInt32 = 0o666) throws {
        var file = try ReplacementFile(replacing: path, permissions: permissions)
        try file.write(bytes.span)
        try file.commit()
    }

    /// Removes what processes that were killed while they wrote have left in a folder; what is being written stays.
    ///
    /// - Returns: how many files.
    @discardableResult
    package static func removeLeftovers(in folder: String) -> Int {
        FolderListing.names(in: folder).count { ReplacementFile.removeLeftover("\(folder)/\($0)") }
    }
}
