import DiffusionModels
import Foundation
import TestSupport
import Testing

/// A configuration that is broken, or that needs what is not implemented, is refused with file and key.
struct ConfigurationTests {
    /// The model's error after one key of a component's configuration was changed (nil removes it).
    private func error(_ component: String, _ key: String, _ value: Any?) throws -> ModelError {
        let folder = FileManager.default.temporaryDirectory.appending(path: "apldm-model-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: GoldenFile.folder.appending(path: "models/sdxl-a"), to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: component == "" ? "model_index.json" : component + "/config.json")
        var fields = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        fields[key] = value
        try JSONSerialization.data(withJSONObject: fields).write(to: file)
        return try #require(throws: ModelError.self) { _ = try DiffusionModel.load(folder: folder.path) }
    }

    @Test(
        "Settings that would change the result are refused",
        arguments: [
            ("unet", "act_fn", "relu"), ("unet", "time_embedding_type", "fourier"),
            ("unet", "class_embed_type", "timestep"), ("unet", "attention_type", "gated"),
            ("unet", "mid_block_type", "UNetMidBlock2D"), ("unet", "resnet_time_scale_shift", "scale_shift"),
            ("vae", "act_fn", "relu"), ("vae", "_class_name", "AutoencoderTiny"),
            ("text_encoder", "hidden_act", "swish"), ("", "_class_name", "FluxPipeline"),
        ])
    func unsupported(component: String, key: String, value: String) throws {
        let error = try error(component, key, value)
        #expect(error.kind == .unsupported || error.kind == .configuration)
        #expect(error.subject == key)
        #expect(error.found?.contains(value) == true)
        #expect(error.remedy != nil)
    }

    @Test(
        "Numbers out of range are refused",
        arguments: [
            ("unet", "norm_num_groups", 0), ("unet", "norm_num_groups", 5), ("unet", "sample_size", -1),
            ("unet", "in_channels", 9), ("unet", "out_channels", 8), ("unet", "attention_head_dim", 5),
            ("vae", "latent_channels", 33), ("vae", "norm_num_groups", 3), ("text_encoder", "num_attention_heads", 3),
            ("text_encoder", "vocab_size", 100),
        ])
    func outOfRange(component: String, key: String, value: Int) throws {
        let error = try error(component, key, value)
        #expect([.configuration, .wrongShape].contains(error.kind), "\(error)")
        #expect(error.file?.contains(component) == true)
    }

    @Test func channelsThatDoNotMatchTheWeightsNameTheTensor() throws {
        let error = try error("unet", "cross_attention_dim", 48)
        #expect(error.kind == .wrongShape)
        #expect(error.subject?.contains("attn2") == true)
        #expect(error.expected?.contains("48") == true)
        #expect(error.found?.contains("40") == true)
    }

    @Test func theWrongTypeIsNamed() throws {
        let error = try error("unet", "block_out_channels", "many")
        #expect(error.kind == .configuration)
        #expect(error.description.contains("block_out_channels"))
    }

    @Test func aMissingKeyIsNamed() throws {
        #expect(try error("unet", "block_out_channels", nil).subject == "block_out_channels")
    }
}
