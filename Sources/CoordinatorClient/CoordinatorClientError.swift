import FoundationEssentials

/// Why a coordinator did not do what was asked.
public struct CoordinatorClientError: Error, Hashable, CustomStringConvertible {
    /// The kinds, for programs.
    public enum Kind: Sendable, Hashable {
        /// What was given is no address.
        case address
        /// It cannot be reached, or the connection broke.
        case unreachable
        /// What it says is not what a coordinator says.
        case answer
        /// It refused: the status of HTTP.
        case refused(status: Int)
    }

    /// For programs.
    public let kind: Kind
    /// What is wrong.
    public let problem: String
    /// What would help.
    public let remedy: String?

    init(_ kind: Kind, _ problem: String, remedy: String?) {
        self.kind = kind
        self.problem = problem
        self.remedy = remedy
    }

    init(connection error: any Error) {
        self.init(
            .unreachable, "the coordinator cannot be reached: \(error)",
            remedy: "look whether it runs, and whether --server is its address")
    }

    init(status: Int, body: Data) {
        struct Body: Decodable {
            struct Detail: Decodable {
                let message: String
                let field: String?
                let remedy: String?
            }

            let error: Detail
        }
        guard let detail = try? JSONDecoder().decode(Body.self, from: body).error else {
            self.init(.refused(status: status), "the coordinator answers with status \(status)", remedy: nil)
            return
        }
        self.init(
            .refused(status: status), (detail.field.map { "\($0): " } ?? "") + detail.message, remedy: detail.remedy)
    }

    /// One line for a person.
    public var description: String { problem + (remedy.map { "; \($0)" } ?? "") }
}
