import DiffusionModels
import FoundationEssentials
import Tensors
import Testing

@Suite struct TiledPassTests {
    @Test("A tiled pass equals the whole picture's up to rounding", arguments: TiledCase.all)
    func equalsWhole(_ test: TiledCase) async throws {
        let input = test.input
        let whole = test.whole(input)
        let pass = test.pass(core: test.core)
        let tiled = try await WorkshopSession(pass, input: input).run(pass)
        #expect(tiled.shape == whole.shape)
        let (largest, magnitude) = difference(tiled, whole)
        #expect(largest < 2e-5 * magnitude, "\(largest) of \(magnitude)")
    }

    @Test("The whole picture's path gives what one tile gives", arguments: TiledCase.all)
    func oneTile(_ test: TiledCase) {
        guard test.direction == .decode else { return }
        var source = TorchGenerator(seed: 3)
        let latents = source.randn(shape: [1, test.height, test.width, 4])
        let head = TiledCase.autoencoder.decoderHead(latents, on: TiledCase.backend)
        #expect(test.whole(head).values == TiledCase.autoencoder.decode(latents, on: TiledCase.backend).values)
    }

    @Test(
        "Averaging the variances of tiles, as other implementations do, would not pass",
        arguments: TiledCase.all.filter { $0.core < max($0.height, $0.width) })
    func betweenTileTerm(_ test: TiledCase) {
        let input = test.input
        let whole = test.whole(input)
        let pass = test.pass(core: test.core)
        var workshop = TileWorkshop(
            pass, input: input, parking: TileParking(memory: .max, scratch: nil), on: TiledCase.backend)
        var ledger = NormalizationLedger()
        for _ in 0..<pass.barriers {
            let cores = (0..<pass.grid.count).map { workshop.advance(tile: $0, ledger: ledger) }
            // One part with the right mean and the average of the variances.
            let merged = cores[0].indices.map { group in
                let right = GroupMoments.merged(cores.map { $0[group] })
                let within = cores.reduce(0) { $0 + $1[group].squaredDeviations }
                return GroupMoments(count: right.count, mean: right.mean, squaredDeviations: within)
            }
            ledger.append(merging: [merged])
        }
        var worst: Float = 0
        for tile in 0..<pass.grid.count {
            let place = pass.resultRegion(of: tile)
            let part = workshop.finish(tile: tile, ledger: ledger)
            let (largest, magnitude) = difference(part, whole.cropped(to: place))
            worst = max(worst, largest / magnitude)
        }
        #expect(worst > 1e-3)
    }

    @Test("The same bytes wherever tiles wait, and however often they are computed again", arguments: TiledCase.all)
    func parking(_ test: TiledCase) async throws {
        let input = test.input
        let pass = test.pass(core: test.core)
        let resident = WorkshopSession(pass, input: input)
        let expected = try await resident.run(pass)
        let rounds = pass.barriers * pass.grid.count
        #expect(await resident.statistics.inMemory == rounds)

        let folder = FileManager.default.temporaryDirectory.path
        let parked = WorkshopSession(
            pass, input: input, parking: TileParking(memory: 0, scratch: try ScratchFile(folder: folder)))
        #expect(try await parked.run(pass).values == expected.values)
        #expect(await parked.statistics.inScratch == rounds)

        let forgetful = WorkshopSession(pass, input: input, parking: TileParking(memory: 0, scratch: nil))
        #expect(try await forgetful.run(pass).values == expected.values)
        #expect(await forgetful.statistics.letGo == rounds)

        let tight = WorkshopSession(
            pass, input: input, parking: TileParking(memory: pass.waitingMemory / 2, scratch: nil))
        #expect(try await tight.run(pass).values == expected.values)
    }

    @Test("A scratch file that takes no more is a reason to compute again, not to fail")
    func fullScratch() async throws {
        let test = TiledCase(direction: .decode, height: 41, width: 59, core: 16)
        let input = test.input
        let pass = test.pass(core: test.core)
        let expected = try await WorkshopSession(pass, input: input).run(pass)
        // Every write to it fails with ENOSPC, whatever the file system has said of its free space.
        let full = try ScratchFile(device: "/dev/full", capacity: .max)
        let session = WorkshopSession(pass, input: input, parking: TileParking(memory: 0, scratch: full))
        #expect(try await session.run(pass).values == expected.values)
        #expect(await session.statistics.letGo == pass.barriers * pass.grid.count)
    }

    // Two more convolutions follow in the encoder before its attention, 16 pixels on each side: they are computed whole.
    @Test("SDXL's layers reach 15 latents in a decode; 61 pixels above and 68 below in an encode")
    func reach() {
        let decode = TiledCase.autoencoder.decodePass(height: 192, width: 192, core: 64)
        #expect(decode.reach(of: 4) == (15, 15))
        let encode = TiledCase.autoencoder.encodePass(height: 192, width: 192, core: 64)
        #expect(encode.reach(of: 4) == (61, 68))
        // At the border there is nothing to reach for.
        #expect(decode.reach(of: 0) == (0, 15))
    }

    @Test("Other depths reach less or more far")
    func reachOfOthers() throws {
        let shallow = try Autoencoder.synthetic(
            AutoencoderConfiguration(channels: [8, 8, 8, 8], layersPerBlock: 1, normGroups: 4))
        #expect(shallow.decodePass(height: 192, width: 192, core: 64).reach(of: 4) == (11, 11))
        let two = try Autoencoder.synthetic(
            AutoencoderConfiguration(channels: [8, 8], layersPerBlock: 2, normGroups: 4))
        #expect(two.decodePass(height: 192, width: 192, core: 64).reach(of: 4).before == 12)
    }

    @Test("Tiles are as equal as they can be, and cover everything once")
    func grid() {
        for (height, width, core) in [(93, 128, 64), (64, 64, 64), (65, 1, 64), (7, 200, 3)] {
            let grid = TileGrid(height: height, width: width, core: core)
            var covered = [Int](repeating: 0, count: height * width)
            for tile in 0..<grid.count {
                for row in grid[tile].rows {
                    for column in grid[tile].columns { covered[row * width + column] += 1 }
                }
            }
            #expect(covered.allSatisfy { $0 == 1 })
            let edges = (grid.rows + grid.columns).map(\.count)
            #expect(edges.max() ?? 0 <= core)
            let heights = grid.rows.map(\.count)
            #expect((heights.max() ?? 0) - (heights.min() ?? 0) <= 1)
        }
    }
}
