import Hummingbird

/// Who computes.
struct WorkerRoutes {
    let workers: any WorkerControl

    func add(to group: RouterGroup<RequestContext>) { group.get(use: list) }

    private struct Page: Encodable {
        let workers: [WorkerSummary]
    }

    @Sendable private func list(_ request: Request, _ context: RequestContext) async throws -> JSONBody<Page> {
        JSONBody(Page(workers: await workers.workers))
    }
}
