package import ClusterMessages

/// The models that a worker can compute with.
package protocol ModelShelf: Sendable {
    /// What is ready, by digest.
    var models: [ContentDigest] { get async }
    /// Memory that tasks may take, in bytes.
    var memory: Int { get }
    /// Threads that compute.
    var threads: Int { get }
    /// What it computes with.
    var deviceName: String { get }
    /// Grows with every piece of computing that is done.
    var progress: UInt64 { get }
    /// The digest of the canary, and how long its timed part took.
    func canary() async -> CanaryResult
    /// What carries out tasks with a model; nil for one that is not ready.
    func runner(for model: ContentDigest) async -> (any TaskRunner)?
    /// Takes a model that has come.
    func add(_ place: DeviceModelShelf.Place) async
    /// Forgets what is held of a session.
    func close(session: UInt64) async
}
