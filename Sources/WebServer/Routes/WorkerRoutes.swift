import Hummingbird

/// Who computes, and who is to rest.
struct WorkerRoutes {
    let workers: any WorkerControl

    func add(to group: RouterGroup<RequestContext>) {
        group.get(use: list)
        group.post(":name/drain") { _, context in try await set(context, isDrained: true) }
        group.post(":name/undrain") { _, context in try await set(context, isDrained: false) }
    }

    private struct Page: Encodable {
        let workers: [WorkerSummary]
    }

    @Sendable private func list(_ request: Request, _ context: RequestContext) async throws -> JSONBody<Page> {
        JSONBody(Page(workers: await workers.workers))
    }

    private func set(_ context: RequestContext, isDrained: Bool) async throws -> JSONBody<WorkerSummary> {
        try context.caller.require(.admin)
        let name = context.parameters.get("name").flatMap(String.init(percentEncoded:)) ?? ""
        guard let worker = await workers.setDrained(name, isDrained) else {
            throw Fault(
                .notFound, code: "no_such_worker", "no worker '\(name.prefix(100))' is connected or drained",
                remedy: "see /v1/workers")
        }
        return JSONBody(worker)
    }
}
