import Foundation
import Testing

extension CommandLineTests {
    /// Configurations that are broken, do not fit the weights or ask for something else are refused.
    @Suite struct BrokenConfigurationTests {
        private static let unet = "unet/config.json"
        private static let unetWeights = "unet/diffusion_pytorch_model.safetensors"
        private static let scheduler = "scheduler/scheduler_config.json"

        static let flaws: [Flaw] = [
            .absent("model_index.json"),
            .text("{", in: "model_index.json"),
            .text("[]", in: "model_index.json"),
            .text("", in: "model_index.json"),
            .key("_class_name", of: "model_index.json", is: "FluxPipeline", naming: ["_class_name", "FluxPipeline"]),
            .key("_class_name", of: "model_index.json", is: nil),
            .key("_class_name", of: "model_index.json", is: 3),
            .key(
                "_class_name", of: "model_index.json", is: "StableDiffusionPipeline",
                naming: ["unet/config.json", "cross_attention_dim"]),

            .absent(unet),
            .text("not JSON", in: unet),
            .text(#"{"sample_size": 1e999}"#, in: unet),
            .text(String(repeating: "[", count: 100_000), in: unet),
            .text(#"{"a":"# + String(repeating: "[", count: 100_000), in: unet),
            .key("block_out_channels", of: unet, is: [8, 16, 48], naming: [unetWeights]),
            .key("block_out_channels", of: unet, is: [8, 16], naming: [unet, "down_block_types", "2 times"]),
            .key("block_out_channels", of: unet, is: [Int](), naming: [unet, "block_out_channels"]),
            .key("block_out_channels", of: unet, is: [8, 16, -24]),
            .key("block_out_channels", of: unet, is: nil),
            .key("cross_attention_dim", of: unet, is: 48, naming: ["unet", "attn2"]),
            .key(
                "transformer_layers_per_block", of: unet, is: [1, 2, 4], naming: [unetWeights, "transformer_blocks.3"]),
            .key("transformer_layers_per_block", of: unet, is: [1, 2]),
            .key("layers_per_block", of: unet, is: 3, naming: [unetWeights]),
            .key("layers_per_block", of: unet, is: 1 << 40),
            .key("attention_head_dim", of: unet, is: [2, 5, 3]),
            .key("attention_head_dim", of: unet, is: [2, 0, 3]),
            .key("norm_num_groups", of: unet, is: 3),
            .key("norm_num_groups", of: unet, is: 0),
            .key("norm_eps", of: unet, is: -1),
            .key("act_fn", of: unet, is: "gelu"),
            .key("in_channels", of: unet, is: 9, naming: [unetWeights, "conv_in.weight"]),
            .key("sample_size", of: unet, is: 0),
            .key("sample_size", of: unet, is: "large"),
            .key("addition_embed_type", of: unet, is: nil),
            .key("addition_embed_type", of: unet, is: "image"),
            .key("projection_class_embeddings_input_dim", of: unet, is: 70, naming: [unetWeights, "add_embedding"]),
            .key("class_embed_type", of: unet, is: "timestep"),
            .key("down_block_types", of: unet, is: ["DownBlock2D"]),

            .absent("vae/config.json"),
            .key("scaling_factor", of: "vae/config.json", is: 0),
            .key("scaling_factor", of: "vae/config.json", is: 1e300),
            .key("scaling_factor", of: "vae/config.json", is: 1e-300),
            .key("latent_channels", of: "vae/config.json", is: 16, naming: ["vae", "conv_out"]),
            .key("act_fn", of: "vae/config.json", is: "mish"),
            .key("out_channels", of: "vae/config.json", is: 4),
            .key("shift_factor", of: "vae/config.json", is: 0.1),

            .absent("text_encoder/config.json"),
            .key("hidden_act", of: "text_encoder/config.json", is: "tanh"),
            .key("num_attention_heads", of: "text_encoder/config.json", is: 3),
            .key("architectures", of: "text_encoder/config.json", is: ["T5EncoderModel"]),
            .key("num_hidden_layers", of: "text_encoder/config.json", is: 9, naming: ["text_encoder", "layers."]),
            .key("layer_norm_eps", of: "text_encoder/config.json", is: -1),
            .key(
                "architectures", of: "text_encoder_2/config.json", is: ["CLIPTextModel"], naming: ["text_encoder_2"]),

            .absent("tokenizer"),
            .absent("tokenizer/vocab.json"),
            .absent("tokenizer_2/merges.txt"),
            .text("{}", in: "tokenizer/vocab.json"),
            .text("{", in: "tokenizer/vocab.json"),
            .text(#"{"a": -1}"#, in: "tokenizer/vocab.json"),
            .text("one two three\n", in: "tokenizer/merges.txt"),
            .text("{", in: "tokenizer/tokenizer_config.json"),

            .absent(scheduler),
            .text("{", in: scheduler),
            .text("[1]", in: scheduler),
            .key("num_train_timesteps", of: scheduler, is: 0),
            .key("num_train_timesteps", of: scheduler, is: 1 << 40),
            .key("beta_start", of: scheduler, is: "low"),
            .key("beta_end", of: scheduler, is: 7),
            .key("beta_schedule", of: scheduler, is: "quadratic"),
            .key("prediction_type", of: scheduler, is: "flow"),
            .key("steps_offset", of: scheduler, is: -5),
        ]

        @Test(arguments: flaws) func brokenConfigurationsAreRefused(_ flaw: Flaw) async throws {
            let model = try ModelCopy()
            try flaw.breakIt(model)
            let render = try Render()
            let outcome = try await render(Render.size + Render.stages, model: model.url)
            try render.expectRefusal(flaw.refusal, naming: flaw.names, of: outcome)
        }

        /// Sound by themselves, the two do not belong together.
        @Test func anAutoencoderOfOtherLatentsIsRefused() async throws {
            let model = try ModelCopy()
            let weights = "vae/diffusion_pytorch_model.safetensors"
            // Half of the channels: every tensor that has them keeps its elements in another shape.
            try model.edit("vae/config.json") { $0["latent_channels"] = 2 }
            try model.editHeader(weights) { header in
                for (name, shape) in [
                    ("decoder.conv_in.weight", [16, 2, 3, 3]), ("encoder.conv_out.weight", [4, 16, 3, 3]),
                    ("encoder.conv_out.bias", [4]), ("quant_conv.weight", [4, 4, 1, 1]), ("quant_conv.bias", [4]),
                    ("post_quant_conv.weight", [2, 2, 1, 1]), ("post_quant_conv.bias", [2]),
                ] {
                    guard var entry = header[name] as? [String: Any],
                        let offsets = entry["data_offsets"] as? [Int]
                    else { throw CocoaError(.coderValueNotFound) }
                    let end = offsets[0] + 4 * shape.reduce(1, *)
                    // What is no longer used becomes a tensor of its own, since a file may have no holes.
                    header["unused." + name] = [
                        "dtype": "F32", "shape": [(offsets[1] - end) / 4], "data_offsets": [end, offsets[1]],
                    ]
                    entry["shape"] = shape
                    entry["data_offsets"] = [offsets[0], end]
                    header[name] = entry
                }
            }
            let render = try Render()
            let outcome = try await render(Render.size + Render.stages, model: model.url)
            try render.expectRefusal(.brokenInput, naming: [Self.unet, "in_channels", "latent"], of: outcome)
        }
    }
}
