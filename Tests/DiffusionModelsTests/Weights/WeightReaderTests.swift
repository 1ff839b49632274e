import DiffusionModels
import Foundation
import Tensors
import Testing

@Suite struct WeightReaderTests {
    @Test func `Layers are read by the names that torch gives them`() throws {
        let folder = try ComponentFolder([
            "blocks.1.to_q.weight": .counting(3, 2), "blocks.1.to_q.bias": .counting(3),
            "blocks.1.proj.weight": .counting(3, 2, 1, 1), "blocks.1.conv.weight": .counting(4, 2, 3, 3),
            "blocks.1.conv.bias": .counting(4), "blocks.1.norm.weight": .counting(4),
            "blocks.1.norm.bias": .counting(4), "embedding": .counting(5, 2),
        ])
        let reader = WeightReader(files: try folder.open())
        let block = reader.root("blocks")[1]
        #expect(block.path == "blocks.1" && block.contains("to_q.bias") && !block.contains("proj.bias"))

        let linear = try block.linear("to_q", inputs: 2, outputs: 3)
        #expect(linear.weight.widened().values == [0, 1, 2, 3, 4, 5] && linear.bias?.values == [0, 1, 2])
        let projection = try block.linear("proj", inputs: 2, outputs: 3, bias: false, storedAsConvolution: true)
        #expect(projection.weight.shape == [3, 2] && projection.bias == nil)
        let convolution = try block.convolution("conv", inputs: 2, outputs: 4, stride: 2)
        #expect(convolution.weight.shape == [4, 3, 3, 2] && convolution.stride == 2)
        #expect(convolution.weight.widened().values.prefix(4) == [0, 9, 1, 10])
        #expect(try block.groupNorm("norm", channels: 4, groups: 2, epsilon: 1e-5).groups == 2)
        #expect(reader.finish().unknown == ["embedding"])
        #expect(try block.layerNorm("norm", width: 4, epsilon: 1e-5).weight.values == [0, 1, 2, 3])
        #expect(try reader.root.tensor("embedding", shape: [5, 2]).count == 10)
        #expect(reader.finish().unknown == [] && reader.finish().takenCount == 8)
    }

    @Test(
        "A tensor of another shape is refused with both",
        arguments: [[3, 2], [2, 3, 1], [6], [], [2, 3, 1, 1], [-2, -3], [2, Int.max]])
    func wrongShape(_ shape: [Int]) throws {
        let folder = try ComponentFolder(["w": .counting(2, 3)])
        let files = try folder.open()
        let alone = try #require(throws: ModelError.self) {
            try WeightReader(files: files).root.parameter("w", shape: shape)
        }
        #expect(alone.kind == .wrongShape && alone.subject == "w")
        #expect(alone.expected == "\(shape)" && alone.found == "[2, 3]")
        let all = try #require(throws: ModelError.self) {
            try WeightReader.read(files) { root throws(ModelError) in try root.parameter("w", shape: shape) }
        }
        #expect(all == alone)
    }

    @Test(
        "Infinities and NaN are refused in every weight type, with file and tensor",
        arguments: [
            (ElementType.float32, [0, 0, 0x80, 0x7F]), (.float32, [0, 0, 0xC0, 0xFF]), (.float16, [0, 0x7C]),
            (.float16, [1, 0xFE]), (.bfloat16, [0x80, 0xFF]),
        ] as [(ElementType, [UInt8])])
    func nonFinite(_ type: ElementType, _ bytes: [UInt8]) throws {
        let folder = try ComponentFolder()
        let zeros = [UInt8](repeating: 0, count: 37 * bytes.count)
        try folder.write(tensor: "w", type, shape: [38], bytes: zeros + bytes, to: "model.safetensors")
        let files = try folder.open()
        let error = try #require(throws: ModelError.self) {
            try WeightReader.read(files) { root throws(ModelError) in try root.parameter("w", shape: [38]) }
        }
        #expect(error.kind == .nonFinite && error.subject == "w" && error.file == files.files[0].path)
    }

    @Test func `Integers are no weights`() throws {
        let folder = try ComponentFolder()
        try folder.write(tensor: "w", .int64, shape: [1], bytes: Array(repeating: 0, count: 8), to: "model.safetensors")
        let files = try folder.open()
        let error = try #require(throws: ModelError.self) {
            try WeightReader.read(files) { root throws(ModelError) in try root.tensor("w", shape: [1]) }
        }
        #expect(error.kind == .wrongType && error.found == "I64")
    }

    @Test(
        "Groups that do not divide the channels are an error of the configuration",
        arguments: [(4, 3), (4, 0), (4, -1)]
    )
    func groups(_ channels: Int, _ groups: Int) throws {
        let folder = try ComponentFolder(["norm.weight": .counting(4), "norm.bias": .counting(4)])
        let reader = WeightReader(files: try folder.open())
        let error = try #require(throws: ModelError.self) {
            try reader.root.groupNorm("norm", channels: channels, groups: groups, epsilon: 1e-6)
        }
        #expect(error.kind == .configuration && error.subject == "norm")
    }

    @Test func `Extras of published text encoders are ignored, others are reported`() throws {
        let folder = try ComponentFolder([
            "text_model.embeddings.position_ids": .counting(1, 77), "logit_scale": .counting(),
            "vision_model.class_embedding": .counting(2), "visual_projection.weight": .counting(2, 2),
            "text_model.extra": .counting(1), "w": .counting(1),
        ])
        let (_, report) = try WeightReader.read(try folder.open(), ignored: KnownExtras.ofTextEncoder) {
            root throws(ModelError) in try root.tensor("w", shape: [1])
        }
        #expect(report.takenCount == 1 && report.unknown == ["text_model.extra"] && report.ignored.count == 4)
        let error = try #require(throws: ModelError.self) { try report.requireNothingUnknown() }
        #expect(error.kind == .unexpectedTensor && error.subject == "text_model.extra")
    }

    @Test(
        "Every tensor of the published layouts' text encoders but known extras can be asked for",
        arguments: ["sd15-a", "sd21-a", "sdxl-a"])
    func fixtureNames(_ model: String) throws {
        let reader = WeightReader(
            files: try WeightFilesTests.fixture("\(model)/text_encoder"), ignored: KnownExtras.ofTextEncoder)
        let layer = reader.root("text_model")("encoder")("layers")[0]
        #expect(layer.contains("self_attn.q_proj.weight") && !layer.contains("self_attn.q_proj"))
        #expect(reader.finish().takenCount == 0 && reader.finish().ignored.isEmpty)
    }
}
