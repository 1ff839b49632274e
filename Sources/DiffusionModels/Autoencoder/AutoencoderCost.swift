import Tensors

/// What a decode or an encode takes, from the sizes alone.
public struct AutoencoderCost: Sendable, Hashable {
    /// Multiplications and additions.
    public var operations: Double
    /// The same for the picture as one tile.
    public var wholeOperations: Double
    /// The most bytes of tensors at a time, input and result included, when tiles that wait take no memory.
    public var leastMemory: Int
    /// What the tiles take on top of that when all of them wait in memory.
    public var waitingMemory: Int
    /// How many tiles there are.
    public var tiles: Int
}

extension Autoencoder {
    private static let float = MemoryLayout<Float>.stride

    /// What an exact decode takes.
    ///
    /// - Parameters:
    ///   - height: rows of latents.
    ///   - width: columns of latents.
    ///   - core: the longest edge of a tile's core in latent cells; nil for one tile.
    /// - Returns: work and memory.
    public func decodeCost(height: Int, width: Int, core: Int?) -> AutoencoderCost {
        let pass = decodePass(height: height, width: width, core: core)
        let head = decoder.headCost(height: height, width: width)
        let latents = 2 * height * width * configuration.latentChannels * Self.float
        return AutoencoderCost(
            operations: head.operations + pass.operations, wholeOperations: head.operations + pass.wholeOperations,
            leastMemory: latents
                + max(head.memory, head.result + pass.resultShape.reduce(1, *) * Self.float + pass.workingMemory),
            waitingMemory: pass.waitingMemory, tiles: pass.grid.count)
    }

    /// What an exact encode takes.
    ///
    /// - Parameters:
    ///   - height: rows of latents.
    ///   - width: columns of latents.
    ///   - core: the longest edge of a tile's core in latent cells; nil for one tile.
    /// - Returns: work and memory.
    public func encodeCost(height: Int, width: Int, core: Int?) -> AutoencoderCost {
        let pass = encodePass(height: height, width: width, core: core)
        let tail = encoder.tailCost(height: height, width: width)
        let factor = configuration.factor
        let picture = height * width * factor * factor * configuration.pictureChannels * Self.float
        let map = pass.resultShape.reduce(1, *) * Self.float
        return AutoencoderCost(
            operations: tail.operations + pass.operations, wholeOperations: tail.operations + pass.wholeOperations,
            leastMemory: picture + map + max(pass.workingMemory, tail.memory), waitingMemory: pass.waitingMemory,
            tiles: pass.grid.count)
    }
}

extension Autoencoder {
    /// What a decode in the paper's windows takes.
    ///
    /// - Parameters:
    ///   - height: rows of latents.
    ///   - width: columns of latents.
    ///   - tiling: the windows.
    /// - Returns: work and memory.
    public func decodeCost(height: Int, width: Int, tiling: DecodeTiling) -> AutoencoderCost {
        let edge = tiling.core + 2 * tiling.context
        let window = decodeCost(
            height: min(edge, height + 2 * tiling.context), width: min(edge, width + 2 * tiling.context), core: nil)
        let count = tiling.starts(height).count * tiling.starts(width).count
        let factor = configuration.factor
        let picture = height * width * factor * factor * configuration.pictureChannels * Self.float
        return AutoencoderCost(
            operations: Double(count) * window.operations,
            wholeOperations: decodeCost(height: height, width: width, core: nil).operations,
            leastMemory: picture + window.leastMemory, waitingMemory: 0, tiles: count)
    }

    /// What an encode in diffusers' tiles takes.
    ///
    /// - Parameters:
    ///   - height: rows of latents.
    ///   - width: columns of latents.
    ///   - tiling: the tiles.
    /// - Returns: work and memory.
    public func encodeCost(height: Int, width: Int, tiling: EncodeTiling) -> AutoencoderCost {
        let factor = configuration.factor
        let step = max(1, Int(Double(tiling.tile) * (1 - tiling.overlap)))
        func edges(_ cells: Int) -> [Int] {
            stride(from: 0, to: cells * factor, by: step).map { max(1, min(tiling.tile, cells * factor - $0) / factor) }
        }
        let tiles = edges(height).flatMap { rows in edges(width).map { encodeCost(height: rows, width: $0, core: nil) }
        }
        let picture = height * width * factor * factor * configuration.pictureChannels * Self.float
        return AutoencoderCost(
            operations: tiles.reduce(0) { $0 + $1.operations },
            wholeOperations: encodeCost(height: height, width: width, core: nil).operations,
            leastMemory: picture + (tiles.map(\.leastMemory).max() ?? 0), waitingMemory: 0, tiles: tiles.count)
    }
}

/// What the layers that see everything at once take.
struct WholeCost {
    var operations = 0.0
    /// The most bytes at a time, without the input.
    var memory = 0
    /// The bytes of the result.
    var result = 0

    /// Adds layers that follow.
    mutating func add(_ chain: LayerChain, height: Int, width: Int) {
        let path = TilePath(chain, grid: TileGrid(height: height, width: width, core: nil), tile: 0, inputScale: 1)
        operations += path.operations(in: chain).reduce(0, +)
        memory = max(memory, path.workingMemory(in: chain))
        let channels = chain.steps.compactMap { $0.reach?.layer.outputs }.last ?? 0
        result = height * width * channels * MemoryLayout<Float>.stride
    }

    mutating func add(_ attention: PositionAttention, height: Int, width: Int) {
        operations += attention.operations(positions: height * width)
        memory = max(memory, attention.memory(positions: height * width))
    }
}

extension PictureDecoder {
    func headCost(height: Int, width: Int) -> WholeCost {
        var cost = WholeCost()
        cost.add(headChain, height: height, width: width)
        if let attention = middle.attention { cost.add(attention, height: height, width: width) }
        return cost
    }
}

extension PictureEncoder {
    func tailCost(height: Int, width: Int) -> WholeCost {
        var cost = WholeCost()
        cost.add(beforeAttention, height: height, width: width)
        if let attention = middle.attention { cost.add(attention, height: height, width: width) }
        cost.add(afterAttention, height: height, width: width)
        return cost
    }
}

extension PositionAttention {
    /// Multiplications and additions.
    func operations(positions: Int) -> Double {
        let (n, c) = (Double(positions), Double(channels))
        return 8 * n * c * c + 4 * n * n * c
    }

    /// The most bytes at a time: the map, keys, values, the result, and what a stretch goes through.
    package func memory(positions: Int) -> Int {
        (4 * positions + 5 * min(positions, Self.stretch)) * channels * MemoryLayout<Float>.stride
    }
}
