import DiffusionModels
import Foundation
import Tensors
import TestSupport
import Testing

/// The same model in other packagings gives the same bits.
@Suite(.serialized)
struct PackagingTests {
    private let backend = CPUBackend(threads: 2)

    /// A copy of a fixture model whose weight files can be changed.
    private func copy(of model: String) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "apldm-packaging-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: GoldenFile.folder.appending(path: "models/" + model), to: folder)
        return folder
    }

    /// Writes a component's weights again with other names and shapes.
    private func rewrite(_ file: URL, _ change: (String, Tensor) -> (String, Tensor)?) throws {
        let source = try SafetensorsFile(path: file.path)
        let tensors = try source.tensors.keys.sorted().compactMap { name in change(name, try source.tensor(name)) }
        try SafetensorsWriter.write(tensors.map { ($0.0, $0.1) }, metadata: [:], to: file.path)
    }

    private let latents = Tensor(shape: [1, 5, 6, 4], values: (0..<120).map { Float($0 % 17) / 10 - 0.8 })

    @Test func theAutoencodersOldAttentionNamesAreRead() throws {
        let folder = try copy(of: "sd15-a")
        defer { try? FileManager.default.removeItem(at: folder) }
        let expected = try Autoencoder.load(folder: folder.path + "/vae").network.decode(latents, on: backend)
        let names = ["to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"]
        try rewrite(folder.appending(path: "vae/diffusion_pytorch_model.safetensors")) { name, tensor in
            for (new, old) in names where name.contains("attentions.0.\(new).") {
                // The oldest files store the matrices as convolutions.
                let shape = tensor.shape.count == 2 ? tensor.shape + [1, 1] : tensor.shape
                return (name.replacing("attentions.0.\(new).", with: "attentions.0.\(old)."), tensor.reshaped(shape))
            }
            return (name, tensor)
        }
        let component = try Autoencoder.load(folder: folder.path + "/vae")
        #expect(component.network.decode(latents, on: backend).values == expected.values)
        #expect(component.report.unknown.isEmpty)
    }

    @Test func textEncodersWithoutThePrefixAreRead() throws {
        let folder = try copy(of: "sd15-a")
        defer { try? FileManager.default.removeItem(at: folder) }
        let ids = (0..<77).map { Int32($0) }
        let expected = try CLIPTextEncoder.load(folder: folder.path + "/text_encoder").network(ids, on: backend)
        let file = folder.appending(path: "text_encoder/model.safetensors")
        try rewrite(file) { name, tensor in (name.replacing("text_model.", with: ""), tensor) }
        let component = try CLIPTextEncoder.load(folder: folder.path + "/text_encoder")
        #expect(component.network(ids, on: backend).lastHidden.values == expected.lastHidden.values)
    }

    @Test func knownExtrasAreIgnoredAndUnknownTensorsReported() throws {
        let folder = try copy(of: "sd15-a")
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "text_encoder/model.safetensors")
        let source = try SafetensorsFile(path: file.path)
        let extras: [(name: String, tensor: Tensor)] = [
            ("text_model.embeddings.position_ids", Tensor(shape: [1, 77])), ("mystery.weight", Tensor(shape: [2])),
        ]
        let all = try source.tensors.keys.map { (name: $0, tensor: try source.tensor($0)) } + extras
        try SafetensorsWriter.write(all, metadata: [:], to: file.path)
        let report = try CLIPTextEncoder.load(folder: folder.path + "/text_encoder").report
        #expect(report.ignored == ["text_model.embeddings.position_ids"])
        #expect(report.unknown == ["mystery.weight"])
    }

    @Test func halfPrecisionBesideFullIsReadOnlyWhenAskedFor() throws {
        let folder = try copy(of: "sdxl-a")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(
            at: GoldenFile.folder.appending(path: "models/sdxl-a-fp16/unet/diffusion_pytorch_model.fp16.safetensors"),
            to: folder.appending(path: "unet/diffusion_pytorch_model.fp16.safetensors"))
        #expect(try UNet.load(folder: folder.path + "/unet").report.elementTypes == ["F32"])
        #expect(try UNet.load(folder: folder.path + "/unet", variant: "fp16").report.elementTypes == ["F16"])
        let error = try #require(throws: ModelError.self) {
            _ = try UNet.load(folder: folder.path + "/unet", variant: "bf16")
        }
        #expect(error.description.contains("bf16"))
    }
}
