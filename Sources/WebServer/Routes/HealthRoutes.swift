import Hummingbird
import RenderJobs

/// What supervisors ask: whether the program lives, and whether it is any use to send jobs to it.
struct HealthRoutes {
    let runner: JobRunner
    let workers: any WorkerControl

    private struct Health: Encodable {
        let status: String
    }

    func add(to group: RouterGroup<RequestContext>) {
        group.get("healthz") { _, _ in JSONBody(Health(status: "alive")) }
        group.get("readyz") { _, _ in
            guard await workers.canCompute else { return unready("nobody computes") }
            guard (try? await runner.counts()) != nil else { return unready("the store of jobs fails") }
            return JSONBody(Health(status: "ready"))
        }
    }

    private func unready(_ reason: String) -> JSONBody<Health> {
        JSONBody(Health(status: reason), status: .serviceUnavailable)
    }
}
