public import Tensors

/// Whoever computes tiles of one pass: this host, or workers that the pass was opened on.
///
/// Nothing has to be remembered between two calls for the result to be right: a tile that a session does not hold, or
/// no longer, is computed again from the pass's input with the ledger's statistics. Holding on to tiles saves work.
public protocol TileSession: Sendable {
    /// How many batches or tiles it computes at the same time, at least 1.
    var parallelism: Int { get }

    /// What ``advance(tiles:ledger:)`` is best called with.
    ///
    /// - Parameters:
    ///   - tiles: their numbers in the grid, ascending.
    ///   - ledger: what all tiles have passed.
    /// - Returns: each of them once, ascending in each batch.
    func batches(of tiles: [Int], ledger: NormalizationLedger) async -> [[Int]]

    /// Takes tiles to the normalisation after those in the ledger.
    ///
    /// - Parameters:
    ///   - tiles: their numbers in the grid, ascending.
    ///   - ledger: what all tiles have passed.
    /// - Returns: the statistics of each tile's core at that normalisation, for each group.
    /// - Throws: what keeps them from being computed.
    func advance(tiles: [Int], ledger: NormalizationLedger) async throws -> [[GroupMoments]]

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
    /// Every tile by itself.
    public func batches(of tiles: [Int], ledger: NormalizationLedger) -> [[Int]] { tiles.map { [$0] } }

    /// Carries out a whole pass: every tile to each normalisation in turn, then to the end.
    ///
    /// - Parameters:
    ///   - pass: what the session was opened for.
    ///   - journal: what an earlier run has left, and where this one leaves what it has done; nil for neither.
    ///   - progress: called with the share of the work that is done, 0...1.
    /// - Returns: the whole result, `[1, height, width, channels]`.
    /// - Throws: what the session throws, and `CancellationError`.
    public func run(
        _ pass: TiledPass, journal: (any TileJournal)? = nil, progress: @Sendable (Double) -> Void = { _ in }
    ) async throws -> Tensor {
        do {
            return try await carryOut(pass, journal, progress)
        } catch {
            await journal?.stopped()
            throw error
        }
    }

    private func carryOut(
        _ pass: TiledPass, _ journal: (any TileJournal)?, _ progress: @Sendable (Double) -> Void
    ) async throws -> Tensor {
        let tiles = Array(0..<pass.grid.count)
        // A tile by itself is all of the result.
        let journal = tiles.count > 1 ? journal : nil
        var ledger = await journal?.ledger ?? NormalizationLedger()
        if ledger.count != pass.barriers { ledger = NormalizationLedger() }
        let rounds = Double((pass.barriers + 1) * tiles.count)
        var done = Double(ledger.count * tiles.count)
        while ledger.count < pass.barriers {
            var cores = [[GroupMoments]](repeating: [], count: tiles.count)
            try await forEach(await batches(of: tiles, ledger: ledger)) { [ledger] batch in
                try await advance(tiles: batch, ledger: ledger)
            } each: { batch, moments in
                for (tile, moments) in zip(batch, moments) { cores[tile] = moments }
                done += Double(batch.count)
                progress(done / rounds)
            }
            ledger.append(merging: cores)
        }
        // Made when the first core is there: it is large, and whoever computes is not to wait for it.
        var result: Tensor?
        func place(_ tile: Int, _ core: Tensor) {
            let region = pass.resultRegion(of: tile)
            if result == nil { result = Tensor(shape: pass.resultShape) }
            result?.place(core, top: region.rows.lowerBound, left: region.columns.lowerBound)
            done += 1
            progress(done / rounds)
        }
        var unfinished: [Int] = []
        for tile in tiles {
            if let core = await journal?.core(of: tile), core.shape == pass.coreShape(of: tile) {
                place(tile, core)
            } else {
                unfinished.append(tile)
            }
        }
        try await forEach(unfinished) { [ledger] tile in
            try await finish(tile: tile, ledger: ledger)
        } each: { tile, core in
            place(tile, core)
            await journal?.finished(tile: tile, core, with: ledger)
        }
        // There is no pass without tiles.
        return result ?? Tensor(shape: pass.resultShape)
    }

    /// Computes something of every item, as many at a time as the session takes.
    private func forEach<Item: Sendable, Value: Sendable>(
        _ items: [Item], _ compute: @escaping @Sendable (Item) async throws -> Value,
        each: (Item, Value) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: (Item, Value).self) { group in
            var rest = items[...]
            for item in rest.prefix(parallelism) { group.addTask { (item, try await compute(item)) } }
            rest = rest.dropFirst(parallelism)
            while let (item, value) = try await group.next() {
                try await each(item, value)
                try Task.checkCancellation()
                if let next = rest.popFirst() { group.addTask { (next, try await compute(next)) } }
            }
        }
    }
}
