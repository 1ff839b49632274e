import DiffusionModels
import Tensors
import Testing

/// That tiles hold all they need. With ordinary weights the outermost ring of a halo passes through fifteen kernels
/// and all but vanishes in rounding: a halo one short would go unseen. Here every 3×3 kernel looks at one of its
/// corners alone, so that what is furthest away counts in full.
@Suite struct HaloTests {
    /// The corner that kernels look at.
    enum Corner: Int, CaseIterable, Sendable { case upperLeft = 0, lowerRight = 8 }

    private struct CornerWeights: WeightSource {
        let corner: Corner
        let source = SyntheticWeights(seed: 5)

        func contains(_ name: String) -> Bool { true }

        func parameter(_ name: String, shape: [Int]) throws(ModelError) -> Parameter {
            let random = try source.parameter(name, shape: shape)
            guard shape.count == 4, shape[2] == 3 else { return random }
            var tensor = random.widened()
            tensor.withMutableSpan { elements in
                for index in elements.indices {
                    elements[index] = index % 9 == corner.rawValue ? 3 * elements[index] : 0
                }
            }
            return Parameter(tensor)
        }
    }

    private static func autoencoder(_ corner: Corner) throws -> Autoencoder {
        try Autoencoder(
            CornerWeights(corner: corner).root, AutoencoderConfiguration(channels: [8, 8, 8, 8], normGroups: 2))
    }

    private static let edge = 63
    private static let core = 21
    /// The tile in the middle, which has neighbours on all sides.
    private static let middle = 4

    private static func passes(
        _ direction: TiledCase.Direction, _ autoencoder: Autoencoder
    ) -> (tiled: TiledPass, whole: TiledPass, input: Tensor) {
        let make = direction == .decode ? autoencoder.decodePass : autoencoder.encodePass
        let (scale, channels) = direction == .decode ? (1, 8) : (8, 3)
        var generator = TorchGenerator(seed: 2)
        return (
            make(edge, edge, core), make(edge, edge, nil),
            generator.randn(shape: [1, edge * scale, edge * scale, channels])
        )
    }

    private static func workshop(_ pass: TiledPass, _ input: Tensor) -> TileWorkshop {
        TileWorkshop(pass, input: input, parking: TileParking(memory: .max, scratch: nil), on: TiledCase.backend)
    }

    /// The statistics of the whole picture.
    private static func ledger(_ pass: TiledPass, _ input: Tensor) -> NormalizationLedger {
        var workshop = workshop(pass, input)
        var ledger = NormalizationLedger()
        for _ in 0..<pass.barriers { ledger.append(merging: [workshop.advance(tile: 0, ledger: ledger)]) }
        return ledger
    }

    @Test(
        "Tiles equal the whole where the furthest pixels count in full",
        arguments: [TiledCase.Direction.decode, .encode], Corner.allCases)
    func equalsWhole(_ direction: TiledCase.Direction, _ corner: Corner) async throws {
        let (tiled, whole, input) = Self.passes(direction, try Self.autoencoder(corner))
        let expected = try await WorkshopSession(whole, input: input).run(whole)
        let (largest, magnitude) = difference(try await WorkshopSession(tiled, input: input).run(tiled), expected)
        #expect(largest < 5e-6 * magnitude, "\(largest) of \(magnitude)")
    }

    /// Computed whole and with the statistics held fast, the core of a tile depends on the pixels at the end of the
    /// tile's reach and on none beyond.
    @Test(
        "The reach is as far as pixels depend on each other, and no further",
        arguments: [TiledCase.Direction.decode, .encode], Corner.allCases)
    func reachIsExact(_ direction: TiledCase.Direction, _ corner: Corner) throws {
        let (tiled, whole, input) = Self.passes(direction, try Self.autoencoder(corner))
        let ledger = Self.ledger(whole, input)
        let place = tiled.resultRegion(of: Self.middle)
        var untouched = Self.workshop(whole, input)
        let expected = untouched.finish(tile: 0, ledger: ledger).cropped(to: place)

        let scale = input.shape[1] / Self.edge
        let core = (Self.core * scale..<2 * Self.core * scale)
        let reach = tiled.reach(of: Self.middle)
        func isFelt(row: Int) -> Bool {
            var changed = input
            changed.place(
                Tensor(shape: [1, 1, input.shape[2], input.shape[3]], repeating: 30), top: row, left: 0)
            var workshop = Self.workshop(whole, changed)
            let result = workshop.finish(tile: 0, ledger: ledger).cropped(to: place)
            return difference(result, expected).largest > 0
        }
        switch corner {
        case .upperLeft:
            #expect(isFelt(row: core.lowerBound - reach.before))
            #expect(!isFelt(row: core.lowerBound - reach.before - 1))
        case .lowerRight:
            #expect(isFelt(row: core.upperBound - 1 + reach.after))
            #expect(!isFelt(row: core.upperBound + reach.after))
        }
    }
}
