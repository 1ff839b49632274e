import DiffusionModels
import Tensors
import Testing

@Suite struct WeightProblemsTests {
    /// Reads a model of ten linear layers from `tensors` and returns the error.
    static func problem(_ tensors: [String: Tensor], layers: Int = 10, width: Int = 2) throws -> ModelError {
        let folder = try ComponentFolder(tensors)
        let files = try folder.open()
        return try #require(throws: ModelError.self) {
            try WeightReader.read(files) { root throws(ModelError) in
                for layer in 0..<layers { _ = try root("layers")[layer].linear("fc", inputs: width, outputs: width) }
            }
        }
    }

    static func model(layers: Range<Int> = 0..<10) -> [String: Tensor] {
        var tensors: [String: Tensor] = [:]
        for layer in layers {
            tensors["layers.\(layer).fc.weight"] = .counting(2, 2)
            tensors["layers.\(layer).fc.bias"] = .counting(2)
        }
        return tensors
    }

    @Test func `All missing tensors are counted, the first is named`() throws {
        let error = try Self.problem(Self.model(layers: 0..<7))
        #expect(error.kind == .missingTensor && error.subject == "layers.7.fc.weight")
        #expect(error.description.contains("5 more missing (\"layers.7.fc.bias\", \"layers.8.fc.weight\""), "\(error)")
        #expect(!error.description.contains("nearest"))
    }

    @Test func `A renamed tensor is found among the names that the model does not have`() throws {
        var tensors = Self.model()
        tensors["layers.3.fc1.weight"] = tensors.removeValue(forKey: "layers.3.fc.weight")
        tensors["unrelated.and.long"] = .counting(1)
        let error = try Self.problem(tensors)
        #expect(error.subject == "layers.3.fc.weight")
        #expect(
            error.found == "no tensor of that name; 2 names that the model does not have, "
                + "the nearest \"layers.3.fc1.weight\"", "\(error)")
    }

    @Test func `Wrong shapes are counted, and missing tensors come first`() throws {
        var tensors = Self.model()
        tensors["layers.1.fc.weight"] = .counting(3, 3)
        tensors["layers.2.fc.bias"] = .counting(3)
        let shapes = try Self.problem(tensors)
        #expect(shapes.kind == .wrongShape && shapes.subject == "layers.1.fc.weight" && shapes.expected == "[2, 2]")
        #expect(shapes.found == "[3, 3]; 1 more of the wrong shape or type")
        tensors["layers.9.fc.bias"] = nil
        let both = try Self.problem(tensors)
        #expect(both.kind == .missingTensor && both.subject == "layers.9.fc.bias")
        #expect(both.found == "no tensor of that name; 2 more of the wrong shape or type")
    }

    @Test func `A model far larger than its file is refused without memory for it`() throws {
        let error = try Self.problem(Self.model(), layers: 1000, width: 4096)
        #expect(error.kind == .wrongShape && error.description.contains("at least"))
        let absurd = try Self.problem(["x": .counting(1)], width: .max / 2)
        #expect(absurd.kind == .missingTensor && absurd.subject == "layers.0.fc.weight")
    }

    @Test(
        "Files of another layout are recognised by their names",
        arguments: [
            ("model.diffusion_model.input_blocks.0.0.weight", "original single-file layout"),
            ("lora_unet_down_blocks_0.alpha", "LoRA"),
        ])
    func otherLayouts(_ name: String, _ remedy: String) throws {
        let error = try Self.problem([name: .counting(1)])
        #expect(error.description.contains(remedy), "\(error)")
    }

    @Test func `The message is one line with all that is known`() {
        let error = ModelError(
            .wrongShape, file: "unet/model.safetensors", subject: "conv_in.weight", expected: "[320, 4, 3, 3]",
            found: "[320, 9, 3, 3]", remedy: "use another config.json")
        #expect(
            error.description
                == "unet/model.safetensors: \"conv_in.weight\" has the wrong shape: expected [320, 4, 3, 3], "
                + "found [320, 9, 3, 3]; use another config.json")
        #expect(ModelError(.fileMissing, file: "a").description == "a is not there")
        #expect(
            Set(ModelError.Kind.allCases.map { ModelError($0).description }).count == ModelError.Kind.allCases.count)
    }
}
