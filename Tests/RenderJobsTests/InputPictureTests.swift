import Foundation
import RenderJobs
import RenderPipeline
import TestSupport
import Testing

/// Pictures that jobs start from, in their folder.
struct InputPictureTests {
    private static let wanted = String(repeating: "a", count: 64)
    private static let forgotten = String(repeating: "b", count: 64)

    /// 64 by 64 pixels of one colour.
    private static let png =
        Data(
            base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAT0lEQVR42u3PQQkAAAgEsMtkJsMaywi+hcEKLNP1Wg"
                + "QEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQELgt+nOE8TEOHaQAAAABJRU5ErkJg"
                + "gg==") ?? Data()

    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/inputs", withIntermediateDirectories: true)
    }

    private func make(_ name: String, hoursAgo: Double = 2) throws {
        let path = "\(folder.path)/inputs/\(name)"
        try Data("x".utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -3600 * hoursAgo)], ofItemAtPath: path)
    }

    private var names: Set<String> {
        get throws { Set(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/inputs")) }
    }

    @Test func thoseThatNoJobStartsFromGo() throws {
        try make("\(Self.wanted).png")
        try make("\(Self.forgotten).png")
        #expect(InputPictures(folder: folder.path).sweep(keeping: [Self.wanted]) == 1)
        #expect(try names == ["\(Self.wanted).png"])
    }

    @Test func oneThatHasJustComeWaitsForItsJob() throws {
        try make("\(Self.forgotten).png", hoursAgo: 0.5)
        #expect(InputPictures(folder: folder.path).sweep(keeping: []) == 0)
        #expect(InputPictures(folder: folder.path).sweep(keeping: [], sentBefore: 1000) == 1)
    }

    @Test func whatIsNoneOfThemStays() throws {
        try make("mine.png")
        try make("\(Self.forgotten).txt")
        #expect(InputPictures(folder: folder.path).sweep(keeping: []) == 0)
        #expect(try names.count == 2)
    }

    @Test func oneThatIsSentAgainIsAsNewAsTheFirst() throws {
        let pictures = InputPictures(folder: folder.path)
        let description = try pictures.keep(Self.png)
        let path = "\(folder.path)/inputs/\(description.sha256).png"
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: path)
        #expect(try pictures.keep(Self.png) == description)
        #expect(pictures.sweep(keeping: []) == 0)
        #expect(FileManager.default.contents(atPath: path) == Self.png)
    }

    @Test func whatWasBeingWrittenGoes() throws {
        try make(".apldm-1f.partial")
        InputPictures(folder: folder.path).removeLeftovers()
        #expect(try names.isEmpty)
    }
}
