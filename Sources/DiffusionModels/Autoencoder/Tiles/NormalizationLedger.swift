public import Tensors

/// The statistics of the whole picture at every group normalisation that all tiles have passed, in order.
///
/// All that tiles ever learn of one another. A tile that was lost starts again anywhere, takes the statistics of the
/// normalisations behind the others from here without waiting, and then waits with them at the next.
public struct NormalizationLedger: Sendable, Hashable {
    /// For each normalisation the statistics of each group.
    public private(set) var entries: [[GroupMoments]] = []

    /// Nothing has been passed yet.
    public init() {}

    /// A ledger that was received.
    ///
    /// - Parameter entries: for each normalisation the statistics of each group, in order.
    public init(entries: [[GroupMoments]]) { self.entries = entries }

    /// How many normalisations have been passed.
    public var count: Int { entries.count }

    /// Merges what the tiles' cores contributed to the next normalisation.
    ///
    /// - Parameter cores: for each tile in the order of the grid the statistics of each group over its core.
    /// - Precondition: every tile has as many groups.
    public mutating func append(merging cores: [[GroupMoments]]) {
        let groups = cores[0].count
        precondition(cores.allSatisfy { $0.count == groups }, "tiles with different numbers of groups")
        entries.append((0..<groups).map { group in GroupMoments.merged(cores.map { $0[group] }) })
    }
}
