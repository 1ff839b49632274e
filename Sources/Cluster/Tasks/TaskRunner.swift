package import ClusterMessages
package import Tensors

/// Whoever carries out tasks: a device, or what stands for one in load tests. The same on a worker and on the
/// coordinator, so that where a task runs makes no difference to its result.
package protocol TaskRunner: Sendable {
    /// Carries out a task.
    ///
    /// - Parameters:
    ///   - operation: what is to be done.
    ///   - inputs: what the operation says; fewer where they are held from an earlier task.
    ///   - progress: called with the share that is done, 0...1, by operations of many steps.
    /// - Returns: what the operation says.
    /// - Throws: ``TaskRunnerError``, and `CancellationError`.
    func run(
        _ operation: TaskOperation, inputs: [Tensor], progress: @escaping @Sendable (Double) -> Void
    ) async throws -> TaskOutput

    /// Forgets what is held of a session.
    func close(session: UInt64) async
}

/// Why a task was not carried out.
package enum TaskRunnerError: Error, Hashable, CustomStringConvertible {
    /// An input that was to be held is not.
    case inputMissing
    /// It does not fit.
    case outOfMemory(needed: Int)
    /// It is not carried out here.
    case unsupported(String)
    /// The task makes no sense, here or anywhere.
    case impossible(String)

    package var description: String {
        switch self {
        case .inputMissing: "an input of an earlier task of the session is not held any more"
        case .outOfMemory(let needed): "it takes \(needed >> 20) MiB, more than this host may give"
        case .unsupported(let what): what
        case .impossible(let what): what
        }
    }
}
