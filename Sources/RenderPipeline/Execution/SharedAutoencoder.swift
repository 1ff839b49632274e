package import DiffusionModels
import Synchronization
package import Tensors

/// What this host computes of passes that several hosts share: some of the tiles, and stretches of the attention.
///
/// It keeps what it was sent and what tiles hold between two normalisations, so that neither has to come or be computed
/// again. None of it is needed for the right result: whoever has lost it says so and is sent the input again.
package actor SharedAutoencoder {
    /// Passes whose tiles are kept; the one that was not used for longest is forgotten for another.
    private static let passLimit = 4

    private let autoencoder: Autoencoder
    private let backend: any ComputeBackend
    private let memory: MemoryBudget
    private let thread: ComputeThread
    private var passes: [TilePlace.Pass: Part] = [:]
    private var memories: [UInt64: AttentionPart] = [:]
    private var uses = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(_ autoencoder: Autoencoder, backend: any ComputeBackend, memory: MemoryBudget, thread: ComputeThread) {
        self.autoencoder = autoencoder
        self.backend = backend
        self.memory = memory
        self.thread = thread
    }

    /// Why a part cannot be computed.
    package enum Failure: Error, Hashable {
        /// The input has to be sent again.
        case inputMissing
        /// Nobody can compute this.
        case impossible(String)
        /// It does not fit beside what is held.
        case outOfMemory(needed: Int)
    }

    private struct Part {
        var pass: TiledPass
        var workshop: TileWorkshop
        var inputs: TileInputs
        var lastUse: Int
    }

    private struct AttentionPart {
        var direction: AutoencoderDirection
        var memory: PositionAttention.Memory
        var positions: Int
        var lastUse: Int
    }

    /// Takes a tile to the normalisation after those in the ledger.
    ///
    /// - Parameters:
    ///   - place: which tile.
    ///   - input: its input; nil where it was sent before.
    ///   - ledger: what all tiles have passed.
    /// - Returns: the statistics of the tile's core, for each group.
    /// - Throws: ``Failure``.
    package func advance(
        _ place: TilePlace, input: Tensor?, ledger: NormalizationLedger
    ) throws(Failure) -> [GroupMoments] {
        try prepare(place, input: input, ledger: ledger) { $0 < $1 }
        guard let moments = passes[place.pass]?.workshop.advance(tile: place.tile, ledger: ledger) else {
            throw .inputMissing
        }
        return moments
    }

    /// Takes a tile to its end, and forgets it.
    ///
    /// - Parameters:
    ///   - place: which tile.
    ///   - input: its input; nil where it was sent before.
    ///   - ledger: the statistics of all normalisations.
    /// - Returns: the core of the result, `[1, rows, columns, channels]`.
    /// - Throws: ``Failure``.
    package func finish(
        _ place: TilePlace, input: Tensor?, ledger: NormalizationLedger
    ) throws(Failure) -> Tensor {
        try prepare(place, input: input, ledger: ledger) { $0 == $1 }
        guard let core = passes[place.pass]?.workshop.finish(tile: place.tile, ledger: ledger) else {
            throw .inputMissing
        }
        passes[place.pass]?.inputs[place.tile] = nil
        return core
    }

    /// One stretch of the attention over all latent positions.
    ///
    /// - Parameters:
    ///   - positions: which rows of the result.
    ///   - direction: which way the pass goes.
    ///   - session: what tells passes apart.
    ///   - input: what the attention's map is made from, see ``beforeAttention(_:_:)``; nil where it was sent before.
    /// - Returns: `[1, positions, 1, channels]`.
    /// - Throws: ``Failure``.
    package func attend(
        _ positions: Range<Int>, _ direction: AutoencoderDirection, session: UInt64, input: Tensor?
    ) throws(Failure) -> Tensor {
        guard let attention = autoencoder.attention(direction) else { throw .impossible("the model has no attention") }
        uses += 1
        if let input {
            let channels = direction == .decode ? autoencoder.configuration.latentChannels : attention.channels
            guard input.shape.count == 4, input.shape[0] == 1, input.shape[3] == channels else {
                throw .impossible("\(input.shape) is not [1, height, width, \(channels)]")
            }
            let cells = input.shape[1] * input.shape[2]
            let needed = attention.memory(positions: cells) + input.byteCount
            guard needed <= memory.bytes else { throw .outOfMemory(needed: needed) }
            if memories.count >= Self.passLimit, let oldest = memories.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                memories[oldest.key] = nil
            }
            let map = beforeAttention(direction, input)
            memories[session] = AttentionPart(
                direction: direction, memory: attention.memory(of: map, on: backend), positions: cells, lastUse: uses)
        }
        guard let part = memories[session], part.direction == direction else { throw .inputMissing }
        guard positions.lowerBound % PositionAttention.unit == 0, positions.count <= PositionAttention.stretch,
            positions.upperBound <= part.positions
        else {
            throw .impossible("\(positions) is no stretch of \(part.positions) positions")
        }
        memories[session]?.lastUse = uses
        return attention.attend(positions, to: part.memory, on: backend)
    }

    /// See ``Autoencoder/beforeAttention(_:_:on:)``.
    package func beforeAttention(_ direction: AutoencoderDirection, _ map: Tensor) -> Tensor {
        autoencoder.beforeAttention(direction, map, on: backend)
    }

    /// See ``Autoencoder/posteriorMean(afterAttention:on:)``.
    package func posteriorMean(afterAttention map: Tensor) -> Tensor {
        autoencoder.posteriorMean(afterAttention: map, on: backend)
    }

    /// Forgets all of a session.
    package func close(session: UInt64) {
        memories[session] = nil
        passes = passes.filter { $0.key.session != session }
    }

    /// Checks what is asked for and takes the input, so that computing cannot go wrong.
    private func prepare(
        _ place: TilePlace, input: Tensor?, ledger: NormalizationLedger,
        isCount fits: (_ count: Int, _ barriers: Int) -> Bool
    ) throws(Failure) {
        let part = try part(place.pass)
        guard part.pass.grid.count > place.tile, place.tile >= 0 else {
            throw .impossible("tile \(place.tile) of \(part.pass.grid.count)")
        }
        guard fits(ledger.count, part.pass.barriers) else {
            throw .impossible("\(ledger.count) of \(part.pass.barriers) normalisations")
        }
        let groups = autoencoder.configuration.normGroups
        guard ledger.entries.allSatisfy({ $0.count == groups }) else {
            throw .impossible("statistics of other than \(groups) groups")
        }
        if let input {
            guard input.shape == part.pass.inputShape(of: place.tile) else {
                throw .impossible("\(input.shape) is not the input of tile \(place.tile)")
            }
            part.inputs[place.tile] = input
        } else if part.inputs[place.tile] == nil {
            throw .inputMissing
        }
    }

    private func part(_ place: TilePlace.Pass) throws(Failure) -> Part {
        uses += 1
        if passes[place] != nil {
            passes[place]?.lastUse = uses
        } else {
            if passes.count >= Self.passLimit, let oldest = passes.min(by: { $0.value.lastUse < $1.value.lastUse }) {
                passes[oldest.key] = nil
            }
            passes[place] = try newPart(place)
        }
        guard let part = passes[place] else { throw .inputMissing }
        return part
    }

    private func newPart(_ place: TilePlace.Pass) throws(Failure) -> Part {
        let pass = autoencoder.pass(place)
        guard pass.workingMemory <= memory.bytes else { throw .outOfMemory(needed: pass.workingMemory) }
        let left = memory.left(beside: pass.workingMemory)
        let scratch =
            left < pass.waitingMemory ? memory.scratchFolder.flatMap { try? ScratchFile(folder: $0) } : nil
        let inputs = TileInputs()
        let workshop = TileWorkshop(pass, parking: TileParking(memory: left, scratch: scratch), on: backend) { tile in
            guard let input = inputs[tile] else { preconditionFailure("tile \(tile) has no input") }
            return input
        }
        return Part(pass: pass, workshop: workshop, inputs: inputs, lastUse: uses)
    }
}

/// The inputs of the tiles that this host was sent.
private final class TileInputs: Sendable {
    private let tensors = Mutex<[Int: Tensor]>([:])

    subscript(tile: Int) -> Tensor? {
        get { tensors.withLock { $0[tile] } }
        set { tensors.withLock { $0[tile] = newValue } }
    }
}
