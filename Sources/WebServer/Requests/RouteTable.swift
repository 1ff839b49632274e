import Hummingbird
import Synchronization

/// All that can be asked: every path with its methods.
final class RouteTable: Sendable {
    /// A method and a path in which `{name}` stands for any part.
    struct Route: Sendable, Hashable, Comparable {
        let path: String
        let method: String

        static func < (one: Route, other: Route) -> Bool { (one.path, one.method) < (other.path, other.method) }

        /// Whether a path is one of these.
        func matches(_ other: String) -> Bool {
            let parts = path.split(separator: "/")
            let others = other.split(separator: "/")
            return parts.count == others.count
                && zip(parts, others).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
    }

    private let table = Mutex<[Route]>([])

    /// In the order of their paths.
    var routes: [Route] { table.withLock { $0 } }

    /// Takes in what a router has.
    func read(_ router: Router<RequestContext>) {
        let routes = router.routes.map {
            Route(path: Self.pattern($0.path.description), method: $0.method.rawValue)
        }
        table.withLock { $0 = routes.sorted() }
    }

    /// `:id` as `{id}`.
    private static func pattern(_ path: String) -> String {
        "/"
            + path.split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }
            .joined(separator: "/")
    }

    /// Why nothing answers a request: there is no such path, or not with this method.
    func fault(of request: Request) -> Fault {
        let methods = routes.filter { $0.matches(request.uri.path) }.map(\.method)
        guard !methods.isEmpty else {
            return Fault(
                .notFound, code: "not_found", "there is nothing at this path",
                remedy: "see /v1/openapi.json for what there is")
        }
        var fault = Fault(
            .methodNotAllowed, code: "method_not_allowed",
            "\(request.method.rawValue.prefix(20)) is not possible here",
            remedy: "use \(methods.joined(separator: ", "))")
        fault.headers[.allow] = methods.joined(separator: ", ")
        return fault
    }
}
