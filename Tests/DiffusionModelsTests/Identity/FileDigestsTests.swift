import Crypto
import DiffusionModels
import Foundation
import Testing

/// Digests of files are computed once, and again when a file has changed.
struct FileDigestsTests {
    private let folder = FolderOfFiles()
    private var cache: FileDigestCache { FileDigestCache(folder: folder["cache"].path) }
    private var cacheFile: URL { folder["cache/file-digests.json"] }
    /// So long after the files were made that they count as settled.
    private var later: FileDigests { FileDigests(cache: cache) { Int64(4e18) } }

    init() throws { try folder.write("content", to: "file") }

    private func digest(_ digests: FileDigests) async throws -> String {
        try await digests.digests(of: [folder["file"].path])[0]
    }

    private func expected(_ content: String) -> String {
        SHA256.hash(data: Data(content.utf8)).map { String(format: "%02x", $0) }.joined()
    }

    /// Lets the cache claim another digest, by which its use is seen.
    private func forge() throws {
        let text = try String(contentsOf: cacheFile, encoding: .utf8)
        #expect(text.contains(expected("content")))
        try folder.write(text.replacing(expected("content"), with: forged), to: "cache/file-digests.json")
    }

    private let forged = String(repeating: "f", count: 64)

    @Test(arguments: [0, 1, 55, 56, 64, 2 << 20, (2 << 20) + 1, 5_000_000])
    func filesOfAllSizesAreHashedWhole(count: Int) async throws {
        let content = String(repeating: "0123456789", count: count / 10 + 1).prefix(count)
        try folder.write(String(content), to: "file")
        #expect(try await digest(FileDigests()) == expected(String(content)))
    }

    @Test func digestsComeInTheOrderOfTheFiles() async throws {
        let names = (0..<40).map { "file\($0)" }
        for name in names { try folder.write(name, to: name) }
        let digests = try await FileDigests().digests(of: names.map { folder[$0].path })
        #expect(digests == names.map(expected))
    }

    @Test func aKnownFileIsNotReadAgain() async throws {
        #expect(try await digest(later) == expected("content"))
        try forge()
        #expect(try await digest(later) == forged)
    }

    @Test func aFileThroughALinkIsTheSame() async throws {
        _ = try await digest(later)
        try forge()
        try FileManager.default.createSymbolicLink(at: folder["link"], withDestinationURL: folder["file"])
        #expect(try await later.digests(of: [folder["link"].path]) == [forged])
    }

    @Test func aChangedFileIsReadAgain() async throws {
        _ = try await digest(later)
        try forge()
        let handle = try FileHandle(forWritingTo: folder["file"])
        try handle.write(contentsOf: Data("CONTENT".utf8))
        try handle.close()
        #expect(try await digest(later) == expected("CONTENT"))
    }

    /// Same name, size and time of writing: what a copy with `cp -p` leaves.
    @Test func aFileThatWasReplacedIsReadAgain() async throws {
        _ = try await digest(later)
        try forge()
        let time = try FileManager.default.attributesOfItem(atPath: folder["file"].path)[.modificationDate] as? Date
        try folder.write("CONTENT", to: "other")
        #expect(rename(folder["other"].path, folder["file"].path) == 0)
        try FileManager.default.setAttributes(
            [.modificationDate: try #require(time)], ofItemAtPath: folder["file"].path)
        #expect(try await digest(later) == expected("CONTENT"))
    }

    /// A change within the same tick of the clock would not be seen.
    @Test func aFileThatWasJustChangedIsNotRemembered() async throws {
        _ = try await digest(FileDigests(cache: cache))
        #expect(!FileManager.default.fileExists(atPath: cacheFile.path))
    }

    @Test(arguments: [
        "", "{", "[]", "null", #"{"version":2,"files":[]}"#, #"{"version":1}"#, #"{"version":1,"files":[{}]}"#,
        String(repeating: " ", count: 5 << 20),
    ])
    func aDamagedCacheIsWrittenAnew(content: String) async throws {
        _ = try await digest(later)
        try folder.write(content, to: "cache/file-digests.json")
        #expect(try await digest(later) == expected("content"))
        try forge()
        #expect(try await digest(later) == forged)
    }

    @Test func aDigestThatIsNoneIsIgnored() async throws {
        _ = try await digest(later)
        let text = try String(contentsOf: cacheFile, encoding: .utf8)
        try folder.write(text.replacing(expected("content"), with: "../x"), to: "cache/file-digests.json")
        #expect(try await digest(later) == expected("content"))
    }

    @Test func aCacheThatCannotBeWrittenIsNoError() async throws {
        try folder.write("", to: "cache")
        #expect(try await digest(later) == expected("content"))
        #expect(
            try await digest(FileDigests(cache: FileDigestCache(folder: "/proc/none")) { .max / 2 })
                == expected("content"))
    }

    @Test func nothingIsLeftBesideTheCache() async throws {
        _ = try await digest(later)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder["cache"].path) == ["file-digests.json"])
    }

    @Test(arguments: [
        (["XDG_CACHE_HOME": "/x", "HOME": "/h"], true), (["HOME": "/h"], true), ([:], false),
        (["XDG_CACHE_HOME": "x"], false), (["HOME": ""], false),
    ])
    func theUsersCacheIsWhereTheEnvironmentSays(environment: [String: String], exists: Bool) {
        #expect((FileDigestCache(environment: environment) != nil) == exists)
    }

    @Test func whatIsNoFileIsRefused() async throws {
        for (path, kind) in [(folder["none"].path, ModelError.Kind.fileMissing), ("/dev/zero", .unreadable)] {
            let error = await #expect(throws: ModelError.self) { try await FileDigests().digests(of: [path]) }
            #expect(error?.kind == kind)
            #expect(error?.file == path)
        }
    }
}

/// A folder that goes away with the last reference.
private final class FolderOfFiles: Sendable {
    private let url = FileManager.default.temporaryDirectory.appending(path: "apldm-digests-\(UUID().uuidString)")

    init() { try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    subscript(name: String) -> URL { url.appending(path: name) }
    func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: self[name]) }
}
