import Hummingbird
import RenderJobs
import Telemetry

/// Figures for Prometheus.
struct MetricsRoutes {
    private static let jobs = MetricDefinition("apldm_jobs", .gauge, "Jobs that are known, by state.")
    private static let depth = MetricDefinition("apldm_queue_depth", .gauge, "Jobs that wait for their turn.")

    let runner: JobRunner
    let workers: any WorkerControl
    let figures: MetricRegistry

    func add(to group: RouterGroup<RequestContext>) {
        group.get("metrics") { _, _ in
            let counts = try await runner.counts()
            let jobs = JobState.Name.allCases.map {
                MetricFamily.Sample(Double(counts[$0] ?? 0), ["state": $0.rawValue])
            }
            let families =
                [
                    MetricFamily(Self.jobs, jobs),
                    MetricFamily(Self.depth, [MetricFamily.Sample(Double(counts[.queued] ?? 0))]),
                ] + figures.families + (await workers.figures)
            return Response(
                status: .ok, headers: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: PrometheusText.text(families))))
        }
    }
}
