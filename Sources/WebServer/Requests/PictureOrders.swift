import FoundationEssentials
import Hummingbird
import RenderJobs

/// Pictures that a client waits for: jobs are submitted, awaited, and cancelled when the client goes away.
struct PictureOrders: Sendable {
    /// A finished picture.
    struct Outcome: Sendable {
        let job: RenderJob
        let png: Data
    }

    /// The most pictures that one request may ask for.
    static let mostPictures = 10

    let runner: JobRunner
    let pictures: PictureFiles

    /// Has a body read, and work done for it that ends when the client goes away.
    ///
    /// The connection is closed after the answer: to notice that a client goes away takes reading what comes next.
    func serving(
        _ request: Request, _ context: RequestContext, upTo limit: Int,
        _ work: @escaping @Sendable (ByteBuffer) async throws -> Response
    ) async throws -> Response {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw Fault.tooLarge(limit)
        }
        do {
            var response = try await request.body.consumeWithCancellationOnInboundClose { body in
                try await work(try await RequestContext.bytes(of: body, request, upTo: limit))
            }
            response.headers[.connection] = "close"
            return response
        } catch {
            var fault = Fault(error)
            fault.headers[.connection] = "close"
            throw fault
        }
    }

    /// Renders pictures.
    ///
    /// - Parameters:
    ///   - submissions: what is asked for.
    ///   - taken: called with the jobs when they are taken in.
    /// - Returns: those that were not cancelled by others, in the order of the submissions.
    /// - Throws: ``Fault`` when one fails, which ends all of them, and what submitting throws.
    func render(
        _ submissions: [JobSubmission], taken: @Sendable ([RenderJob.ID]) -> Void = { _ in }
    ) async throws -> [Outcome] {
        var ids: [RenderJob.ID] = []
        do {
            for submission in submissions {
                try Task.checkCancellation()
                ids.append(try await runner.submit(submission).id)
            }
            taken(ids)
            var outcomes: [Outcome] = []
            for id in ids {
                let job = try await end(of: id)
                switch job.state {
                case .finished: outcomes.append(Outcome(job: job, png: try pictures.bytes(of: job)))
                case .failed(let reason, _): throw Fault(.internalServerError, code: "render_failed", reason)
                default: break
                }
            }
            return outcomes
        } catch {
            let abandoned = ids
            // This task may be cancelled, and what cancels must not be.
            Task { [runner] in for id in abandoned { _ = try? await runner.cancel(id) } }
            throw error
        }
    }

    /// Waits until a job has ended.
    private func end(of id: RenderJob.ID) async throws -> RenderJob {
        // Listening comes first, so that nothing is missed between looking and listening.
        let events = runner.events(of: id)
        let atFirst = try await runner.known(id)
        if atFirst.state.isFinal { return atFirst }
        for await event in events {
            if case .changed(let job) = event, job.state.isFinal { return job }
        }
        try Task.checkCancellation()
        let job = try await runner.known(id)
        guard job.state.isFinal else {
            throw Fault(
                .serviceUnavailable, code: "shutting_down", "the server is about to end; job \(id) goes on later")
        }
        return job
    }
}
