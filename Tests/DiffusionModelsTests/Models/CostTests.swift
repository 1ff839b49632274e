import DiffusionModels
import Foundation
import Tensors
import TestSupport
import Testing

/// What plans say of work is what the models do.
@Suite struct CostTests {
    @Test(
        "The work of a UNet pass follows from its configuration",
        arguments: ["sdxl-a", "sd15-a", "sd21-a"], [(16, 16), (9, 14), (24, 5)])
    func unet(model: String, size: (Int, Int)) throws {
        let folder = GoldenFile.folder.appending(path: "models/\(model)").path
        let unet = try DiffusionModel.load(folder: folder).unet
        let level = unet.configuration.levels[0]
        let tokens = 77
        let width = unet.configuration.levels.map(\.contextWidth).max() ?? level.contextWidth
        let addition = unet.configuration.addition
        let backend = CountingBackend()
        let conditioning = UNetConditioning(
            memory: unet.memory(of: Tensor(shape: [1, tokens, width], repeating: 0.1), on: backend),
            pooled: addition.map { Tensor(shape: [1, $0.inputWidth - 6 * $0.timeWidth], repeating: 0.1) },
            timeIDs: [[64, 64, 0, 0, 64, 64]])
        let latents = Tensor(shape: [1, size.0, size.1, unet.configuration.inputChannels], repeating: 0.5)
        _ = unet(latents, timestep: 500, conditioning: conditioning, on: backend)
        let cost = unet.configuration.cost(height: size.0, width: size.1, tokens: tokens)
        // The embeddings of time and size are not counted.
        #expect(cost.operations <= backend.operations)
        #expect(cost.operations > 0.99 * backend.operations)
    }

    @Test("The work of an autoencoder follows from its configuration", arguments: [nil, 8, 13])
    func autoencoder(core: Int?) async throws {
        let autoencoder = TiledCase.autoencoder
        let backend = CountingBackend()
        let (height, width) = (27, 16)
        let decode = autoencoder.decodePass(height: height, width: width, core: core)
        let head = autoencoder.decoderHead(Tensor(shape: [1, height, width, 4], repeating: 1), on: backend)
        let post = 2 * 4 * 4 * Double(height * width)
        _ = try await WorkshopSession(decode, input: head, backend: backend).run(decode)
        let cost = autoencoder.decodeCost(height: height, width: width, core: core)
        // The 1×1 convolution before the head is not counted.
        #expect(cost.operations + post == backend.operations)

        let other = CountingBackend()
        let encode = autoencoder.encodePass(height: height, width: width, core: core)
        let picture = Tensor(shape: [1, 8 * height, 8 * width, 3], repeating: 0.5)
        let map = try await WorkshopSession(encode, input: picture, backend: other).run(encode)
        _ = autoencoder.posteriorMean(tail: map, on: other)
        let quant = 2 * 8 * 8 * Double(height * width)
        #expect(
            autoencoder.encodeCost(height: height, width: width, core: core).operations + quant == other.operations)
    }

    @Test("Large pictures in tiles take little more work than whole ones")
    func overhead() throws {
        let autoencoder = try Autoencoder.synthetic(AutoencoderConfiguration())
        for (edge, decodeLimit, encodeLimit) in [(128, 1.14, 1.18), (256, 1.22, 1.28), (512, 1.27, 1.34)] {
            let decode = autoencoder.decodeCost(height: edge, width: edge, core: 64)
            #expect(decode.operations / decode.wholeOperations < decodeLimit, "decode \(edge)")
            let encode = autoencoder.encodeCost(height: edge, width: edge, core: 64)
            #expect(encode.operations / encode.wholeOperations < encodeLimit, "encode \(edge)")
        }
    }
}
