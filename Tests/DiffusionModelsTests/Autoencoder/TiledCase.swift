import DiffusionModels
import Tensors
import Testing

/// An encode or a decode of made-up data, whole and in tiles.
struct TiledCase: Sendable, CustomTestStringConvertible {
    enum Direction: String, Sendable { case decode, encode }

    let direction: Direction
    let height: Int
    let width: Int
    let core: Int

    var testDescription: String { "\(direction) \(height)x\(width) latents, core \(core)" }

    /// SDXL's layers, narrow enough for a test.
    static let autoencoder: Autoencoder = {
        do {
            return try Autoencoder.synthetic(AutoencoderConfiguration(channels: [8, 8, 16, 16], normGroups: 4))
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    static let backend = CPUBackend(threads: 2)

    /// Sizes that are multiples of the core, sizes that are not, one tile, and cores smaller than the halo.
    static let all: [TiledCase] = [Direction.decode, .encode].flatMap { direction in
        [(48, 48, 24), (41, 59, 16), (37, 20, 11), (20, 64, 64), (33, 17, 5), (96, 16, 32)].map {
            TiledCase(direction: direction, height: $0.0, width: $0.1, core: $0.2)
        }
    }

    func pass(core: Int?) -> TiledPass {
        switch direction {
        case .decode: Self.autoencoder.decodePass(height: height, width: width, core: core)
        case .encode: Self.autoencoder.encodePass(height: height, width: width, core: core)
        }
    }

    /// What the tiles are cut from: the decoder's head, or a picture. Its upper half has another mean and another
    /// deviation than the lower: with noise alone a wrong merge of statistics would go unseen.
    var input: Tensor {
        let scale = direction == .decode ? 1 : 8
        let channels = direction == .decode ? 4 : 3
        var source = TorchGenerator(seed: 7)
        var picture = source.randn(shape: [1, height * scale, width * scale, channels])
        picture.withMutableSpan { elements in
            for index in 0..<elements.count / 2 { elements[index] = 0.2 * elements[index] + 3 }
        }
        return direction == .decode ? Self.autoencoder.decoderHead(picture, on: Self.backend) : picture
    }

    /// The result of the layers without tiles.
    func whole(_ input: Tensor) -> Tensor {
        let pass = pass(core: nil)
        var workshop = TileWorkshop(
            pass, input: input, parking: TileParking(memory: .max, scratch: nil), on: Self.backend)
        var ledger = NormalizationLedger()
        for _ in 0..<pass.barriers { ledger.append(merging: [workshop.advance(tile: 0, ledger: ledger)]) }
        return workshop.finish(tile: 0, ledger: ledger)
    }
}

/// Computes tiles on this host: one of the workers of a test.
actor WorkshopSession: TileSession {
    nonisolated let parallelism: Int
    private var workshop: TileWorkshop

    init(
        _ pass: TiledPass, input: Tensor, parking: TileParking = TileParking(memory: .max, scratch: nil),
        parallelism: Int = 1, backend: any ComputeBackend = TiledCase.backend
    ) {
        workshop = TileWorkshop(pass, input: input, parking: parking, on: backend)
        self.parallelism = parallelism
    }

    var statistics: TileParking.Statistics { workshop.statistics }

    func advance(tiles: [Int], ledger: NormalizationLedger) -> [[GroupMoments]] {
        tiles.map { workshop.advance(tile: $0, ledger: ledger) }
    }

    func finish(tile: Int, ledger: NormalizationLedger) -> Tensor { workshop.finish(tile: tile, ledger: ledger) }
}

/// The largest difference of two tensors, and the largest magnitude of the second.
func difference(_ a: Tensor, _ b: Tensor) -> (largest: Float, magnitude: Float) {
    var result: (Float, Float) = (0, 0)
    for (x, y) in zip(a.values, b.values) {
        result = (max(result.0, abs(x - y)), max(result.1, abs(y)))
    }
    return result
}
