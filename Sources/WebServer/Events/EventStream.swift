import FoundationEssentials
import Hummingbird
import RenderJobs

/// News of jobs on their way to a reader: `job` when something has happened to one, `progress` while it is rendered,
/// `preview` when there is something new to see, and a comment now and then, so that a reader who has gone is noticed.
struct EventStream: Sendable {
    /// How long nothing is said at most.
    static let longestSilence = Duration.seconds(15)
    /// News that wait for a slow reader; the oldest are dropped for newer ones.
    private static let mostWaiting = 256

    private enum Item: Sendable {
        case event(JobEvent)
        case silence
    }

    private struct Progress: Encodable {
        let id: UInt64
        let progress: Double
    }

    fileprivate struct Preview: Encodable {
        let id: UInt64
        /// From 0.
        let stage: Int
        /// A PNG in base64.
        let png: String
    }

    let runner: JobRunner
    let previews: JobPreviews
    /// The only job that is listened to, as it was; nil for all.
    let first: RenderJob?
    let events: AsyncStream<JobEvent>

    func write(to writer: inout any ResponseBodyWriter) async throws {
        if let first {
            try await writer.write(Self.text("job", JobDescription(first, progress: runner.progress(of: first.id))))
            guard !first.state.isFinal else { return }
        } else {
            try await writer.write(ByteBuffer(string: ": listening\n\n"))
        }
        let (items, source) = AsyncStream<Item>.makeStream(bufferingPolicy: .bufferingNewest(Self.mostWaiting))
        let (events, silence) = (events, Self.longestSilence)
        let listening = Task {
            for await event in events { source.yield(.event(event)) }
            source.finish()
        }
        let clock = Task { while (try? await Task.sleep(for: silence)) != nil { source.yield(.silence) } }
        defer {
            listening.cancel()
            clock.cancel()
        }
        var shown: [RenderJob.ID: Int] = [:]
        for await item in items {
            switch item {
            case .silence: try await writer.write(ByteBuffer(string: ": still here\n\n"))
            case .event(.progressed(let id, let share)):
                try await writer.write(Self.text("progress", Progress(id: id.number, progress: share)))
                guard let preview = previews[id], shown[id] != preview.stage else { continue }
                shown[id] = preview.stage
                try await writer.write(Self.text("preview", Preview(id, preview)))
            case .event(.changed(let job)):
                try await writer.write(Self.text("job", JobDescription(job, progress: runner.progress(of: job.id))))
                guard job.state.isFinal else { continue }
                shown[job.id] = nil
                if first != nil { return }
            }
        }
    }

    private static func text(_ name: String, _ value: some Encodable & Sendable) throws -> ByteBuffer {
        var text = ByteBuffer(string: "event: \(name)\ndata: ")
        var data = try JSONBody.bytes(value)
        text.writeBuffer(&data)
        text.writeString("\n\n")
        return text
    }
}

extension EventStream.Preview {
    fileprivate init(_ id: RenderJob.ID, _ preview: JobPreviews.Preview) {
        self.init(id: id.number, stage: preview.stage, png: Data(preview.png).base64EncodedString())
    }
}
