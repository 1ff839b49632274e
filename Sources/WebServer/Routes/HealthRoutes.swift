import Hummingbird

/// What supervisors ask.
struct HealthRoutes {
    let workers: any WorkerControl

    private struct Health: Encodable {
        let status: String
    }

    func add(to group: RouterGroup<RequestContext>) {
        group.get("healthz") { _, _ in JSONBody(Health(status: "alive")) }
        group.get("readyz") { _, _ in
            await workers.canCompute
                ? JSONBody(Health(status: "ready"))
                : JSONBody(Health(status: "nobody computes"), status: .serviceUnavailable)
        }
    }
}
