public import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import RenderJobs
import Telemetry

/// The coordinator's HTTP interface.
public struct WebService: Sendable {
    /// What the heads of a request may hold.
    private static let decoding = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100)

    private let options: Options
    private let runner: JobRunner
    private let workers: any WorkerControl
    private let previews: JobPreviews
    private let log: Logger
    private let patience: ConnectionGuard.Patience
    private let figures = MetricRegistry()

    /// - Parameters:
    ///   - options: where to listen, who may ask, and where pictures are.
    ///   - runner: what takes jobs in and renders them.
    ///   - workers: who computes.
    ///   - previews: what running jobs look like.
    ///   - log: where what happens is told.
    public init(
        _ options: Options, runner: JobRunner, workers: any WorkerControl, previews: JobPreviews = JobPreviews(),
        log: Logger
    ) {
        self.init(
            options, runner: runner, workers: workers, previews: previews, log: log,
            patience: ConnectionGuard.Patience())
    }

    private init(
        _ options: Options, runner: JobRunner, workers: any WorkerControl, previews: JobPreviews, log: Logger,
        patience: ConnectionGuard.Patience
    ) {
        self.options = options
        self.runner = runner
        self.workers = workers
        self.previews = previews
        self.log = log
        self.patience = patience
    }

    /// The same with other limits of time, for tests.
    package func waiting(headSeconds: Double, bodySeconds: Double, readingSeconds: Double) -> WebService {
        let patience = ConnectionGuard.Patience(
            head: .milliseconds(Int64(1000 * headSeconds)), body: .milliseconds(Int64(1000 * bodySeconds)),
            reading: .milliseconds(Int64(1000 * readingSeconds)))
        return WebService(
            options, runner: runner, workers: workers, previews: previews, log: log, patience: patience)
    }

    /// The server: a service that runs until it is shut down.
    ///
    /// - Parameter isListening: called with the port when it can be reached.
    /// - Returns: what is to be run.
    public func application(
        isListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let routes = RouteTable()
        let router = router(routes)
        routes.read(router)
        var server = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionGuard(patience)], idleTimeout: nil,
            httpDecoderConfiguration: Self.decoding)
        server.idleTimeout = nil
        return Application(
            router: router, server: .http1(configuration: server),
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: options.port), serverName: "apldm",
                availableConnectionsDelegate: .maximum(options.mostConnections, logger: log)),
            onServerRunning: { channel in await isListening(channel.localAddress?.port ?? 0) },
            logger: log)
    }

    /// What can be asked, `METHOD /path/{name}`, in the order of the paths.
    package var routes: [String] {
        let table = RouteTable()
        table.read(router(table))
        return table.routes.map { "\($0.method) \($0.path)" }
    }

    private func router(_ routes: RouteTable) -> Router<RequestContext> {
        let router = Router(context: RequestContext.self)
        router.add(middleware: RequestLog(log: log, figures: figures))
        router.add(middleware: CrossOrigin(allowedOrigins: options.origins))
        router.add(middleware: ErrorResponses(log: log, routes: routes))
        router.add(
            middleware: OwnRequests(
                host: options.host, takesAnyName: options.keys != nil, allowedOrigins: options.origins))
        router.add(
            middleware: Authentication(
                keys: options.keys, attempts: RateLimiter(rate: options.wrongKeysPerSecond, burst: 20)))
        let rate = options.requestsPerSecond
        router.add(middleware: RateLimits(limiter: rate.map { RateLimiter(rate: $0, burst: max(1, 5 * $0)) }))

        let pictures = PictureFiles(folder: options.pictures)
        let inputs = InputPictures(folder: options.pictures)
        let orders = PictureOrders(runner: runner, pictures: pictures)
        HealthRoutes(runner: runner, workers: workers).add(to: router.group())
        MetricsRoutes(runner: runner, workers: workers, figures: figures).add(to: router.group())
        PageRoutes().add(to: router)
        let version = router.group("v1")
        DescriptionRoutes().add(to: version)
        CallerRoutes().add(to: version)
        JobRoutes(runner: runner, inputs: inputs, log: log).add(to: version.group("jobs"))
        PictureRoutes(runner: runner, pictures: pictures, previews: previews).add(to: version.group("jobs"))
        EventRoutes(runner: runner, previews: previews).add(to: version)
        WorkerRoutes(workers: workers).add(to: version.group("workers"))
        OpenAIRoutes(orders: orders, model: options.model).add(to: version)
        WebUIRoutes(
            orders: orders, model: options.model, inputs: inputs, largestUpload: options.largestUpload,
            previews: previews
        ).add(to: router.group("sdapi/v1"))
        return router
    }
}
