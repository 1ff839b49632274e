import DiffusionModels
import Tensors
import Testing

/// Layers that are wide enough for Winograd's method: its tiles begin elsewhere in a part of a picture than in the
/// whole, and look at up to three pixels more, whose weights are nothing but rounding.
@Suite struct WideTilesTests {
    private static func autoencoder() throws -> Autoencoder {
        try Autoencoder.synthetic(AutoencoderConfiguration(channels: [32, 32, 64, 64], normGroups: 8))
    }

    @Test(
        "A tiled pass equals the whole picture's up to rounding",
        arguments: [TiledCase.Direction.decode, .encode], [(20, 13, 9), (16, 22, 8)])
    func equalsWhole(_ direction: TiledCase.Direction, _ size: (height: Int, width: Int, core: Int)) async throws {
        let autoencoder = try Self.autoencoder()
        let make = direction == .decode ? autoencoder.decodePass : autoencoder.encodePass
        let (tiled, whole) = (make(size.height, size.width, size.core), make(size.height, size.width, nil))
        let (scale, channels) = direction == .decode ? (1, 64) : (8, 3)
        var generator = TorchGenerator(seed: 4)
        let input = generator.randn(shape: [1, size.height * scale, size.width * scale, channels])
        let expected = try await WorkshopSession(whole, input: input).run(whole)
        let (largest, magnitude) = difference(try await WorkshopSession(tiled, input: input).run(tiled), expected)
        #expect(largest < 2e-5 * magnitude, "\(largest) of \(magnitude)")
        #expect(largest > 0)
    }

    @Test("Bands of rows, whose size follows from the number of threads, change no bit")
    func bands() throws {
        let autoencoder = try Self.autoencoder()
        var generator = TorchGenerator(seed: 5)
        let latents = generator.randn(shape: [1, 34, 37, 4])
        let alone = CPUBackend(threads: 1)
        // The finest maps have a multiple of what one thread likes to have at a time.
        #expect(latents.shape[1] * latents.shape[2] * 64 * 32 * MemoryLayout<Float>.stride > 4 * alone.workingSet)
        let expected = autoencoder.decode(latents, on: alone)
        for threads in [2, 3, 16] {
            #expect(autoencoder.decode(latents, on: CPUBackend(threads: threads)).hasSameBits(as: expected))
        }
    }
}
