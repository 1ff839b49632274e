import Foundation
import TestSupport
import Testing

/// What a coordinator that is killed and started again still knows of its workers, and removes of its own.
@Suite(.serialized)
struct WorkerStandingTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private var data: URL { URL(filePath: folder.path).appending(path: "data") }

    @Test func aDrainedWorkerIsDrainedAfterAKillUntilItIsLetBack() async throws {
        let first = try Coordinator(data: data)
        #expect(try await first.workers() == ["this device": "available"])
        try await first.setDrained("this device", true)
        #expect(await first.kill() == 128 + SIGKILL)

        let second = try Coordinator(data: data)
        #expect(try await second.workers() == ["this device": "drained"])
        try await second.setDrained("this device", false)
        #expect(await second.kill() == 128 + SIGKILL)

        let third = try Coordinator(data: data)
        #expect(try await third.workers() == ["this device": "available"])
        #expect(await third.end() == 0)
    }

    /// One that only the folder of data knows of is listed, and can be let back.
    @Test func aDrainedWorkerThatIsGoneIsListed() async throws {
        let first = try Coordinator(data: data)
        try await first.setDrained("this device", true)
        #expect(await first.end() == 0)

        let second = try Coordinator(data: data, ["--dispatch-only", "--listen", "127.0.0.1:0"])
        #expect(try await second.workers() == ["this device": "drained"])
        try await second.setDrained("this device", false)
        #expect(try await second.workers().isEmpty)
        #expect(await second.end() == 0)
    }

    @Test func whatWasBeingWrittenWhenItWasKilledIsRemoved() async throws {
        let pictures = data.appending(path: "pictures")
        try FileManager.default.createDirectory(
            at: pictures.appending(path: "inputs"), withIntermediateDirectories: true)
        for name in [".apldm-1f.partial", "inputs/.apldm-ff.partial", "mine.partial"] {
            try Data("x".utf8).write(to: pictures.appending(path: name))
        }
        let coordinator = try Coordinator(data: data)
        _ = try await coordinator.workers()
        #expect(await coordinator.end() == 0)
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: pictures.path)) == ["inputs", "mine.partial"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: pictures.path + "/inputs").isEmpty)
    }
}
