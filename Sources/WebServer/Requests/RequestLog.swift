import Hummingbird
import Logging
import Telemetry

/// Says what was asked and what became of it: in the log, in the figures, and with a trace that ties them together.
struct RequestLog: RouterMiddleware {
    private static let traceField = HTTPFields.Element.Name("x-trace-id")

    let log: Logger
    let figures: MetricRegistry

    func handle(
        _ request: Request, context: RequestContext, next: (Request, RequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var context = context
        let parent = request.headers.first { $0.name.canonicalName == "traceparent" }
        if let trace = TraceID(traceparent: parent?.value) { context.trace = trace }
        var response = try await next(request, context)
        if let name = Self.traceField { response.headers[name] = context.trace.description }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let route = context.endpointPath ?? "none"
        let status = response.status.code
        figures.increment(WebFigures.requests, ["route": route, "code": "\(status)"])
        figures.observe(WebFigures.duration, seconds, ["route": route])
        log.log(
            level: status < 400 ? .debug : .info, "request",
            metadata: [
                "method": "\(request.method.rawValue.prefix(20))", "path": "\(request.uri.path.prefix(200))",
                "status": "\(status)", "seconds": "\(seconds)", "trace": "\(context.trace)",
                "from": "\(context.remoteAddress)",
            ])
        return response
    }
}

/// What is counted about requests.
enum WebFigures {
    static let requests = MetricDefinition(
        "apldm_http_requests_total", .counter, "Requests that were answered, by route and status.")
    static let duration = MetricDefinition(
        "apldm_http_request_duration_seconds", .histogram, "Seconds until an answer began, by route.")
}
