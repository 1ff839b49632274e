import Foundation
import Testing

extension CommandLineTests {
    /// Weights that cannot be used are refused before anything is drawn.
    @Suite struct BrokenWeightTests {
        private static let weights = "unet/diffusion_pytorch_model.safetensors"
        private static let tensor = "conv_in.weight"

        static let flaws: [Flaw] = [
            .absent(weights),
            .absent("vae/diffusion_pytorch_model.safetensors"),
            .absent("text_encoder_2/model.safetensors"),
            .absent("unet"),
            .absent("text_encoder"),
            Flaw("a tensor has another name", naming: [weights, tensor, "conv_in.wieght"]) { model in
                try model.editHeader(weights) { header in
                    header["conv_in.wieght"] = header.removeValue(forKey: tensor)
                }
            },
            Flaw("the file ends early", naming: [weights]) { model in
                try model.editElements(weights) { $0.removeLast(100) }
            },
            Flaw("the file ends within its header", naming: [weights]) { model in
                try Data(contentsOf: model[weights]).prefix(1000).write(to: model[weights])
            },
            Flaw("the file is empty", naming: [weights]) { try Data().write(to: $0[weights]) },
            Flaw("the header says that it is longer than the file", naming: [weights]) { model in
                var file = try Data(contentsOf: model[weights])
                file[6] = 1
                try file.write(to: model[weights])
            },
            Flaw("the header says that it is longer than any file", naming: [weights]) { model in
                var file = try Data(contentsOf: model[weights])
                file[7] = 0xFF
                try file.write(to: model[weights])
            },
            Flaw("the header is not JSON", naming: [weights]) { model in
                var file = try Data(contentsOf: model[weights])
                file[8] = UInt8(ascii: "[")
                try file.write(to: model[weights])
            },
            Flaw("a tensor lies beyond the end", naming: [weights, tensor]) { model in
                try model.editTensor(tensor, in: weights) { $0["data_offsets"] = [1 << 40, 1 << 41] }
            },
            Flaw("a tensor ends before it begins", naming: [weights, tensor]) { model in
                try model.editTensor(tensor, in: weights) { $0["data_offsets"] = [8, 4] }
            },
            Flaw("a shape overflows", naming: [weights, tensor]) { model in
                try model.editTensor(tensor, in: weights) { $0["shape"] = [1 << 40, 1 << 40] }
            },
            Flaw("a weight is not a number", naming: [weights, "add_embedding.linear_1.bias"]) { model in
                try model.editElements(weights) { $0.replaceSubrange(0..<4, with: [0, 0, 0xC0, 0x7F]) }
            },
            Flaw("a weight is infinite", naming: [weights, "add_embedding.linear_1.bias"]) { model in
                try model.editElements(weights) { $0.replaceSubrange(0..<4, with: [0, 0, 0x80, 0x7F]) }
            },
            Flaw("a tensor is of integers", naming: [weights, tensor, "I32"]) { model in
                try model.editTensor(tensor, in: weights) { $0["dtype"] = "I32" }
            },
            Flaw("a tensor is of a type that does not exist", naming: [weights, tensor, "F33"]) { model in
                try model.editTensor(tensor, in: weights) { $0["dtype"] = "F33" }
            },
            Flaw("a tensor has another shape", naming: [weights, tensor, "[8, 4, 3, 3]", "[4, 8, 3, 3]"]) { model in
                try model.editTensor(tensor, in: weights) { $0["shape"] = [4, 8, 3, 3] }
            },
            Flaw("there are only pickles", naming: ["unet", "diffusion_pytorch_model.bin", "pickle"]) { model in
                try FileManager.default.moveItem(
                    at: model[weights], to: model["unet/diffusion_pytorch_model.bin"])
            },
            Flaw("the file is a pickle that is called safetensors", naming: [weights]) { model in
                try Data([0x80, 2] + "}q\0.".utf8 + Array(repeating: 0, count: 100)).write(to: model[weights])
            },
            Flaw("the file is a folder", naming: [weights]) { model in
                try model.remove(weights)
                try FileManager.default.createDirectory(at: model[weights], withIntermediateDirectories: false)
            },
        ]

        @Test(arguments: flaws) func brokenWeightsAreRefused(_ flaw: Flaw) async throws {
            let model = try ModelCopy()
            try flaw.breakIt(model)
            let render = try Render()
            let outcome = try await render(Render.size + Render.stages, model: model.url)
            try render.expectRefusal(flaw.refusal, naming: flaw.names, of: outcome)
        }

        @Test(arguments: [
            Flaw.absent("unet/diffusion_pytorch_model-00002-of-00002.safetensors"),
            Flaw.absent("unet/diffusion_pytorch_model.safetensors.index.json"),
            Flaw.text("{}", in: "unet/diffusion_pytorch_model.safetensors.index.json"),
            Flaw("the index leads out of the folder", naming: ["index.json", "conv_in.weight", "../"]) { model in
                try model.edit("unet/diffusion_pytorch_model.safetensors.index.json") {
                    var map = $0["weight_map"] as? [String: Any] ?? [:]
                    map["conv_in.weight"] = "../model.safetensors"
                    $0["weight_map"] = map
                }
            },
            Flaw("the index places a tensor elsewhere", naming: ["-of-00002.safetensors", "conv_in.weight"]) { model in
                try model.edit("unet/diffusion_pytorch_model.safetensors.index.json") {
                    var map = $0["weight_map"] as? [String: Any] ?? [:]
                    let first = "diffusion_pytorch_model-00001-of-00002.safetensors"
                    let second = "diffusion_pytorch_model-00002-of-00002.safetensors"
                    map["conv_in.weight"] = map["conv_in.weight"] as? String == first ? second : first
                    $0["weight_map"] = map
                }
            },
        ])
        func brokenShardsAreRefused(_ flaw: Flaw) async throws {
            let model = try ModelCopy()
            try model.remove("unet")
            try FileManager.default.copyItem(
                at: Render.models.appending(path: "sdxl-a-sharded/unet"), to: model["unet"])
            let render = try Render()
            let sound = try await render(Render.size + Render.stages + ["-o", "sound.png"], model: model.url)
            #expect(sound.code == 0, "\(sound.errors)")
            try flaw.breakIt(model)
            let outcome = try await render(Render.size + Render.stages, model: model.url)
            try render.expectRefusal(flaw.refusal, naming: flaw.names, of: outcome, leaving: ["sound.png"])
        }

        @Test func aModelOfWhichNothingIsThereIsRefused() async throws {
            let render = try Render()
            let outcome = try await render(Render.size, model: render.folder["nowhere"])
            try render.expectRefusal(.missingInput, naming: ["nowhere"], of: outcome)
        }
    }
}
