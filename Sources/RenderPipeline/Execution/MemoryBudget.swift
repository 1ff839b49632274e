/// What the tensors of a render may take of this host, beyond the model's weights. It decides where things are put and
/// how often they are computed, never a bit of them.
public struct MemoryBudget: Sendable, Hashable {
    /// Bytes.
    public var bytes: Int
    /// The folder whose file system takes tiles that wait and find no memory; nil has them computed again.
    public var scratchFolder: String?

    /// As much as there is, without a scratch file.
    public static let unlimited = MemoryBudget(bytes: .max)

    /// - Parameters:
    ///   - bytes: what tensors may take.
    ///   - scratchFolder: the folder whose file system takes what finds no memory.
    public init(bytes: Int, scratchFolder: String? = nil) {
        self.bytes = bytes
        self.scratchFolder = scratchFolder
    }

    /// What is left for tiles that wait beside a pass that takes `bytes`.
    func left(beside bytes: Int) -> Int { max(0, self.bytes - bytes) }
}
