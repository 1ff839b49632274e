import FoundationEssentials
import Hummingbird
import RenderJobs

/// What happens to jobs, as it happens (server-sent events).
struct EventRoutes {
    let runner: JobRunner
    let previews: JobPreviews

    func add(to group: RouterGroup<RequestContext>) {
        group.get("events") { request, _ in
            response(
                to: request, EventStream(runner: runner, previews: previews, first: nil, events: runner.events(of: nil))
            )
        }
        group.get("jobs/:id/events") { request, context in
            let id = try RenderJob.ID(context)
            // Listening comes first, so that nothing is missed between looking and listening.
            let events = runner.events(of: id)
            let job = try await runner.known(id)
            return response(to: request, EventStream(runner: runner, previews: previews, first: job, events: events))
        }
    }

    private func response(to request: Request, _ stream: EventStream) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store", .connection: "close",
            ],
            body: ResponseBody { writer in
                // A reader who goes away is noticed at once.
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    try await stream.write(to: &writer)
                }
                try await writer.finish(nil)
            })
    }
}
