package import Tensors

/// Computes the tiles of one pass on one device, one after the other.
package struct TileWorkshop {
    private let pass: TiledPass
    /// The input that a tile's path begins with.
    private let input: @Sendable (Int) -> Tensor
    private let backend: any ComputeBackend
    private var parking: TileParking
    /// For each tile and normalisation the bytes that it holds there.
    private let waitingMemory: [[Int]]

    /// A workshop that has the whole input.
    ///
    /// - Parameters:
    ///   - pass: what is computed.
    ///   - input: the input of its layers: the head's result for a decode, the picture for an encode.
    ///   - parking: where tiles wait.
    ///   - backend: where it is computed.
    package init(_ pass: TiledPass, input: Tensor, parking: TileParking, on backend: any ComputeBackend) {
        precondition(
            input.shape[0] == 1 && Region(height: input.shape[1], width: input.shape[2]) == pass.paths[0].extents[0],
            "\(input.shape) is not what the tiles were laid over")
        self.init(pass, parking: parking, on: backend) { input.cropped(to: pass.inputRegion(of: $0)) }
    }

    /// A workshop that has the input of its own tiles alone.
    ///
    /// - Parameters:
    ///   - pass: what is computed.
    ///   - parking: where tiles wait.
    ///   - backend: where it is computed.
    ///   - input: gives the part of the input that a tile needs, see ``TiledPass/inputRegion(of:)``.
    package init(
        _ pass: TiledPass, parking: TileParking, on backend: any ComputeBackend,
        input: @escaping @Sendable (Int) -> Tensor
    ) {
        self.pass = pass
        self.input = input
        // A tile by itself waits for nobody: what it holds is held anyway.
        self.parking = pass.grid.count == 1 ? TileParking(memory: .max, scratch: nil) : parking
        self.backend = backend
        waitingMemory = pass.paths.map { $0.waitingMemory(in: pass.chain) }
    }

    /// How often tiles were put where.
    package var statistics: TileParking.Statistics { parking.statistics }

    /// One tile of ``TileSession/advance(tiles:ledger:)``.
    package mutating func advance(tile: Int, ledger: NormalizationLedger) -> [GroupMoments] {
        // A tile that will find no room stays where it was parked last, so that less has to be computed again.
        let hasRoom = parking.hasRoom(for: waitingMemory[tile][ledger.count], tile: tile)
        var run = run(tile, keeping: !hasRoom)
        guard let moments = continued(&run, with: ledger) else {
            preconditionFailure("normalisation \(ledger.count) does not exist")
        }
        if hasRoom { parking.park(run, tile: tile) } else { parking.letGo() }
        return moments
    }

    /// See ``TileSession/finish(tile:ledger:)``.
    package mutating func finish(tile: Int, ledger: NormalizationLedger) -> Tensor {
        var run = run(tile, keeping: false)
        let moments = continued(&run, with: ledger)
        precondition(moments == nil, "\(ledger.count) normalisations are not all")
        parking.remove(tile)
        return run.output
    }

    private mutating func run(_ tile: Int, keeping: Bool) -> TileRun {
        parking.tile(tile, keeping: keeping) ?? TileRun(pass.paths[tile], input: input(tile))
    }

    /// Goes on with all statistics that there are; nil at the end.
    private func continued(_ run: inout TileRun, with ledger: NormalizationLedger) -> [GroupMoments]? {
        let chain = pass.chain
        var moments: [GroupMoments]?
        if run.position < chain.steps.count, !chain.steps[run.position].isBarrier {
            moments = run.advance(nil, of: chain, on: backend)
        }
        for entry in ledger.entries[chain.steps[..<run.position].count(where: \.isBarrier)...] {
            moments = run.advance(entry, of: chain, on: backend)
        }
        return moments ?? run.advance(nil, of: chain, on: backend)
    }
}
