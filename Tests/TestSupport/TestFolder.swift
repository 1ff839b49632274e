import Foundation

/// A folder of its own, removed with everything in it when nobody refers to it any more.
package final class TestFolder: Sendable {
    package let path: String

    package init() throws {
        // In memory where there is such a disk: how fast a disk is does not matter here.
        let parent = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        path = "\(parent)/apldm-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
