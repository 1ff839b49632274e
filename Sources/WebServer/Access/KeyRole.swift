import Hummingbird

/// What the holder of a key may do; each role may do what those before it may.
public enum KeyRole: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Look at jobs, pictures, workers and figures.
    case read
    /// Ask for pictures, and cancel what was asked for under the same name.
    case submit
    /// Cancel what others have asked for, ask in their names, send workers to rest.
    case admin

    /// Whether one role may do less than the other.
    public static func < (one: KeyRole, other: KeyRole) -> Bool { one.rank < other.rank }

    private var rank: Int {
        switch self {
        case .read: 0
        case .submit: 1
        case .admin: 2
        }
    }
}

/// Who asks.
struct Caller: Sendable, Hashable {
    /// The name of the key; nil where nobody is asked for one.
    var name: String?
    var role: KeyRole

    /// Whoever reaches a server that asks nobody for a key: only those on its own host do.
    static let local = Caller(name: nil, role: .admin)

    /// Whose a job is that they ask for.
    var owner: String { name ?? "anonymous" }

    /// - Throws: ``Fault`` unless they may do what the role may.
    func require(_ needed: KeyRole) throws(Fault) {
        guard role >= needed else {
            throw Fault(
                .forbidden, code: "forbidden", "a key of the role \(role.rawValue) may not do this",
                remedy: "use a key of the role \(needed.rawValue)")
        }
    }
}
