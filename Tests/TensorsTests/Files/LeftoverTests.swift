import Foundation
import Tensors
import TestSupport
import Testing

/// What a process that was killed leaves beside the files that it wrote.
struct LeftoverTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func make(_ name: String) throws -> String {
        let path = "\(folder.path)/\(name)"
        try Data("x".utf8).write(to: URL(filePath: path))
        return path
    }

    @Test(arguments: [".apldm-0.partial", ".apldm-ffffffffffffffff.partial"])
    func aFileThatNobodyWritesGoes(name: String) throws {
        let path = try make(name)
        #expect(ReplacementFile.removeLeftover(path))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test(arguments: [
        "1.png", ".apldm-.partial", ".apldm-xyz.partial", ".apldm-FF.partial", ".apldm-0.partial.png",
        "apldm-0.partial",
        ".apldm-00000000000000000.partial", ".apldm-0.aside", ".partial", ".apldm-partial",
    ])
    func aFileOfAnotherNameStays(name: String) throws {
        let path = try make(name)
        #expect(!ReplacementFile.removeLeftover(path))
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test func aFileThatIsBeingWrittenStaysUntilItHasItsName() throws {
        let path = "\(folder.path)/picture.png"
        var file = try ReplacementFile(replacing: path)
        #expect(!ReplacementFile.removeLeftover(file.temporaryPath))
        try file.write([UInt8](repeating: 7, count: 100).span)
        try file.commit()
        #expect(FileManager.default.contents(atPath: path) == Data(repeating: 7, count: 100))
    }

    @Test func aLinkAndAFolderStay() throws {
        let target = try make("target")
        let link = "\(folder.path)/.apldm-1.partial"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        #expect(!ReplacementFile.removeLeftover(link))
        let path = "\(folder.path)/.apldm-2.partial"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(!ReplacementFile.removeLeftover(path))
        #expect(FileManager.default.fileExists(atPath: target))
    }
}
