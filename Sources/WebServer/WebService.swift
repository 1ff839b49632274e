public import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import RenderJobs

/// The coordinator's HTTP interface.
public struct WebService: Sendable {
    /// What it is made of.
    public struct Options: Sendable {
        /// The address to listen on.
        public var host: String
        /// The port; 0 lets the system choose.
        public var port: Int
        /// The folder that pictures are in.
        public var pictures: String

        /// - Parameters:
        ///   - host: the address to listen on.
        ///   - port: 0 lets the system choose.
        ///   - pictures: the folder that pictures are in.
        public init(host: String, port: Int, pictures: String) {
            self.host = host
            self.port = port
            self.pictures = pictures
        }
    }

    private let options: Options
    private let runner: JobRunner
    private let workers: any WorkerControl
    private let log: Logger

    /// - Parameters:
    ///   - options: where to listen, and where pictures are.
    ///   - runner: what takes jobs in and renders them.
    ///   - workers: who computes.
    ///   - log: where what happens is told.
    public init(_ options: Options, runner: JobRunner, workers: any WorkerControl, log: Logger) {
        self.options = options
        self.runner = runner
        self.workers = workers
        self.log = log
    }

    /// The server: a service that runs until it is shut down.
    ///
    /// - Parameter isListening: called with the port when it can be reached.
    /// - Returns: what is to be run.
    public func application(
        isListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        Application(
            router: router,
            server: .http1(configuration: HTTP1Channel.Configuration(idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: options.port), serverName: "apldm"),
            onServerRunning: { channel in await isListening(channel.localAddress?.port ?? 0) },
            logger: log)
    }

    private var router: Router<RequestContext> {
        let router = Router(context: RequestContext.self)
        router.add(middleware: ErrorResponses(log: log))
        router.add(middleware: OwnRequests(host: options.host))
        HealthRoutes(workers: workers).add(to: router.group())
        let version = router.group("v1")
        JobRoutes(runner: runner).add(to: version.group("jobs"))
        PictureRoutes(runner: runner, folder: options.pictures).add(to: version.group("jobs"))
        WorkerRoutes(workers: workers).add(to: version.group("workers"))
        return router
    }
}
