import Hummingbird

/// Who asks, so that a client can tell what it may do before it tries.
struct CallerRoutes {
    private struct Answer: Encodable {
        /// Nil where nobody is asked for a key.
        let name: String?
        let role: String
    }

    func add(to group: RouterGroup<RequestContext>) {
        group.get("caller") { _, context in
            JSONBody(Answer(name: context.caller.name, role: context.caller.role.rawValue))
        }
    }
}
