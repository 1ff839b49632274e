/// What became of the tensors in a component's files.
public struct WeightReport: Sendable, Hashable {
    /// How many the model uses.
    public let takenCount: Int
    /// Those that nobody knows, sorted: the files may be of another model.
    public let unknown: [String]
    /// Those that are known to be of no use, sorted.
    public let ignored: [String]
    /// The component's file or folder.
    public let place: String

    /// Insists that every tensor is used or known to be of no use.
    public func requireNothingUnknown() throws(ModelError) {
        guard let first = unknown.first else { return }
        throw ModelError(
            .unexpectedTensor, file: place, subject: first, expected: "only the \(takenCount) tensors of the model",
            found: unknown.listed,
            remedy: WeightProblems.otherLayout(unknown) ?? "check that config.json belongs to these weights")
    }
}
