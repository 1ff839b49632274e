public import Tensors

/// Whoever computes tiles of one pass: this host, or workers that the pass was opened on.
///
/// Nothing has to be remembered between two calls for the result to be right: a tile that a session does not hold, or
/// no longer, is computed again from the pass's input with the ledger's statistics. Holding on to tiles saves work.
public protocol TileSession: Sendable {
    /// How many tiles it computes at the same time, at least 1.
    var parallelism: Int { get }

    /// Takes a tile to the normalisation after those in the ledger.
    ///
    /// - Parameters:
    ///   - tile: its number in the grid.
    ///   - ledger: what all tiles have passed.
    /// - Returns: the statistics of the tile's core at that normalisation, for each group.
    /// - Throws: what keeps it from being computed.
    func advance(tile: Int, ledger: NormalizationLedger) async throws -> [GroupMoments]

    /// Takes a tile to its end.
    ///
    /// - Parameters:
    ///   - tile: its number in the grid.
    ///   - ledger: the statistics of all normalisations.
    /// - Returns: the core of the result, `[1, rows, columns, channels]`.
    /// - Throws: what keeps it from being computed.
    func finish(tile: Int, ledger: NormalizationLedger) async throws -> Tensor
}

extension TileSession {
    /// Carries out a whole pass: every tile to each normalisation in turn, then to the end.
    ///
    /// - Parameters:
    ///   - pass: what the session was opened for.
    ///   - progress: called with the share of the work that is done, 0...1.
    /// - Returns: the whole result, `[1, height, width, channels]`.
    /// - Throws: what the session throws, and `CancellationError`.
    public func run(_ pass: TiledPass, progress: @Sendable (Double) -> Void = { _ in }) async throws -> Tensor {
        var ledger = NormalizationLedger()
        let rounds = Double((pass.barriers + 1) * pass.grid.count)
        var done = 0.0
        for _ in 0..<pass.barriers {
            var cores = [[GroupMoments]](repeating: [], count: pass.grid.count)
            try await forEachTile(of: pass) { [ledger] tile in
                try await advance(tile: tile, ledger: ledger)
            } each: { tile, moments in
                cores[tile] = moments
                done += 1
                progress(done / rounds)
            }
            ledger.append(merging: cores)
        }
        var result = Tensor(shape: pass.resultShape)
        try await forEachTile(of: pass) { [ledger] tile in
            try await finish(tile: tile, ledger: ledger)
        } each: { tile, part in
            let place = pass.resultRegion(of: tile)
            result.place(part, top: place.rows.lowerBound, left: place.columns.lowerBound)
            done += 1
            progress(done / rounds)
        }
        return result
    }

    /// Computes something of every tile, as many at a time as the session takes.
    private func forEachTile<Value: Sendable>(
        of pass: TiledPass, _ compute: @escaping @Sendable (Int) async throws -> Value,
        each: (Int, Value) throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var next = 0
            while next < min(parallelism, pass.grid.count) {
                group.addTask { [next] in (next, try await compute(next)) }
                next += 1
            }
            while let (tile, value) = try await group.next() {
                try Task.checkCancellation()
                try each(tile, value)
                if next < pass.grid.count {
                    group.addTask { [next] in (next, try await compute(next)) }
                    next += 1
                }
            }
        }
    }
}
