import Foundation
import RenderPipeline
import TestSupport
import Testing

/// The real program, killed and started again.
@Suite(.serialized)
struct KillTests {
    /// Two stages, the second of two tiles.
    private static let job = #"{"prompt": "a lighthouse", "width": 576, "height": 64, "steps": 3, "seed": 11}"#
    /// Everything is kept that can be.
    private static let always = ["--checkpoint-seconds", "0"]

    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func data(_ name: String) -> URL { URL(filePath: folder.path).appending(path: name) }

    /// The picture's bytes and the commit points of a run that nothing disturbs.
    private func undisturbed(_ body: String = job) async throws -> (picture: Data, points: [String]) {
        let coordinator = try Coordinator(data: data("undisturbed"), Self.always)
        let job = try #require(try await coordinator.submit(body))
        #expect(try await coordinator.ended(job.id).state == "finished")
        let picture = try await coordinator.picture(job.id)
        // What is left of it goes after its end.
        while !isEmpty(data("undisturbed").appending(path: "checkpoints")) {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(await coordinator.end() == 0, "\(coordinator.said)")
        return (picture, coordinator.commitPoints)
    }

    private func isEmpty(_ folder: URL) -> Bool {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty) ?? true
    }

    /// Kills a run at one point, and expects the same picture of the next.
    private func expectTheSame(_ picture: Data, afterKillAt point: String) async throws {
        let data = data(point.replacing(":", with: "-"))
        let killed = try Coordinator(data: data, killedAt: point, Self.always)
        let submitted = try await killed.submit(Self.job)
        #expect(await killed.exitCode == 128 + SIGKILL, "\(point): \(killed.said)")

        let next = try Coordinator(data: data, Self.always)
        var jobs = try await next.jobs()
        if jobs.isEmpty {
            // Nobody was told that it was taken in.
            #expect(submitted == nil, "\(point)")
            jobs = [try #require(try await next.submit(Self.job))]
        }
        #expect(jobs.count == 1, "\(point)")
        let job = try await next.ended(jobs[0].id)
        #expect(job.state == "finished", "\(point): \(job.error ?? "")")
        #expect(try await next.picture(job.id) == picture, "\(point)")
        #expect(await next.end() == 0, "\(point): \(next.said)")
        #expect(isEmpty(data.appending(path: "checkpoints")), "\(point)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: data.path + "/pictures").count == 1, "\(point)")
    }

    @Test(.timeLimit(.minutes(5))) func killedAtEveryCommitPointInTurnTheBytesAreTheSame() async throws {
        let (picture, points) = try await undisturbed()
        var times: [String: Int] = [:]
        let all = points.map { point in
            times[point, default: 0] += 1
            return "\(point):\(times[point, default: 0])"
        }
        #expect(Set(points) == Set(CommitPoint.allCases.map(\.rawValue)), "every kind of point is passed")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, point) in all.enumerated() {
                // As many at a time as the smallest host has processors.
                if index >= 2 { try await group.next() }
                group.addTask { try await expectTheSame(picture, afterKillAt: point) }
            }
            try await group.waitForAll()
        }
    }

    @Test(.timeLimit(.minutes(2))) func askedToEndItGoesOnAtTheNextStartAndNobodyIsToBlame() async throws {
        // Long enough that it is not done before it is asked, and more often than a crash would be forgiven.
        let long = Self.job.replacing(#""steps": 3"#, with: #""steps": 150"#)
        let (picture, _) = try await undisturbed(long)
        let data = data("asked")
        for round in 0..<4 {
            let coordinator = try Coordinator(data: data)
            if round == 0 { _ = try await coordinator.submit(long) }
            while !coordinator.said.contains("job begins") { try await Task.sleep(for: .milliseconds(10)) }
            #expect(await coordinator.end() == 0, "\(coordinator.said)")
        }
        let last = try Coordinator(data: data)
        #expect(try await last.ended(1).state == "finished")
        #expect(try await last.picture(1) == picture)
        #expect(await last.end() == 0)
    }

    @Test(.timeLimit(.minutes(2))) func aJobThatKillsTheProgramTooOftenFailsAndOthersAreRendered() async throws {
        let data = data("poison")
        for round in 0..<3 {
            let coordinator = try Coordinator(data: data, killedAt: "claim-committed:1")
            if round == 0 { _ = try await coordinator.submit(Self.job) }
            #expect(await coordinator.exitCode == 128 + SIGKILL)
        }
        let coordinator = try Coordinator(data: data)
        let job = try await coordinator.ended(1)
        #expect(job.state == "failed" && job.error?.contains("3 times") == true)
        let next = try #require(try await coordinator.submit(Self.job))
        #expect(try await coordinator.ended(next.id).state == "finished")
        #expect(await coordinator.end() == 0)
    }

    @Test(.timeLimit(.minutes(10))) func aSecondProgramOnTheSameFolderIsRefused() async throws {
        let data = data("shared")
        let first = try Coordinator(data: data)
        _ = try #require(try await first.url())
        // Its log would replace the first one's, which is not needed any more.
        let second = try Coordinator(data: data)
        #expect(await second.exitCode == 69)
        #expect(second.said.contains("another apldm-coord serve"))
        #expect(await first.end() == 0)
    }
}
