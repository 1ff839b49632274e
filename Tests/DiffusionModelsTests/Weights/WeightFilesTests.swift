import DiffusionModels
import Foundation
import Tensors
import Testing

@Suite struct WeightFilesTests {
    /// What a folder holds, what is asked for, and the file that is read.
    struct Choice: Sendable, CustomTestStringConvertible {
        let names: [String]
        let variant: String?
        let chosen: String

        var testDescription: String { "\(names) \(variant ?? "nil")" }

        init(_ names: String..., variant: String? = nil, chosen: String) {
            self.names = names
            self.variant = variant
            self.chosen = chosen
        }

        static let all = [
            Choice("model.safetensors", chosen: "model.safetensors"),
            Choice("model.safetensors", variant: "full", chosen: "model.safetensors"),
            Choice("model.safetensors", "model.fp16.safetensors", chosen: "model.safetensors"),
            Choice("model.safetensors", "model.fp16.safetensors", variant: "fp16", chosen: "model.fp16.safetensors"),
            Choice("model.fp16.safetensors", chosen: "model.fp16.safetensors"),
            Choice(
                "model.safetensors", "model.non_ema.safetensors", variant: "non_ema",
                chosen: "model.non_ema.safetensors"),
            Choice("model.safetensors", "pytorch_model.bin", "model.onnx", "config.json", chosen: "model.safetensors"),
            Choice("model.safetensors", "model-old.safetensors", "models.safetensors", chosen: "model.safetensors"),
        ]
    }

    @Test("The file with the variant that is asked for is read, or else the only one", arguments: Choice.all)
    func chosen(_ choice: Choice) throws {
        let folder = try ComponentFolder()
        for name in choice.names { try folder.write([name: .counting(1)], to: name) }
        let files = try folder.open(variant: choice.variant)
        #expect(files.names == [choice.chosen])
        #expect(files.file(of: choice.chosen)?.path == folder.url.appending(path: choice.chosen).path)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let names: [String]
        var variant: String?
        let kind: ModelError.Kind
        let mentions: [String]

        var testDescription: String { "\(names) \(variant ?? "nil")" }

        static let all = [
            Refusal(names: [], kind: .fileMissing, mentions: ["model.safetensors", "an empty folder"]),
            Refusal(names: ["config.json"], kind: .fileMissing, mentions: ["\"config.json\""]),
            Refusal(
                names: ["model.fp16.safetensors", "model.bf16.safetensors"], kind: .ambiguous,
                mentions: ["--variant", "\"model.bf16.safetensors\", \"model.fp16.safetensors\""]),
            Refusal(
                names: ["model.safetensors", "model.bf16.safetensors"], variant: "fp16", kind: .fileMissing,
                mentions: ["model.fp16.safetensors", "--variant bf16 or full"]),
            Refusal(
                names: ["model.fp16.safetensors"], variant: "full", kind: .fileMissing, mentions: ["--variant fp16"]),
            Refusal(
                names: ["model.safetensors", "model.safetensors.index.json"], kind: .ambiguous,
                mentions: ["remove all but one"]),
            Refusal(
                names: ["pytorch_model.bin", "config.json"], kind: .unsupported,
                mentions: ["\"pytorch_model.bin\"", "run code", "convert them to safetensors"]),
            Refusal(names: ["model.ckpt"], variant: "fp16", kind: .unsupported, mentions: ["pickles"]),
            Refusal(
                names: ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"], kind: .fileMissing,
                mentions: ["model.safetensors.index.json", "fetch the index"]),
        ]
    }

    @Test("A folder in which nothing can be chosen is refused with what is there", arguments: Refusal.all)
    func refused(_ refusal: Refusal) throws {
        let folder = try ComponentFolder()
        for name in refusal.names { try folder.write([name: .counting(1)], to: name) }
        let error = try #require(throws: ModelError.self) { try folder.open(variant: refusal.variant) }
        #expect(error.kind == refusal.kind, "\(error)")
        for text in refusal.mentions { #expect(error.description.contains(text), "\(error)") }
    }

    @Test func `A folder that is not there, or no folder, is named`() throws {
        let folder = try ComponentFolder()
        let missing = try #require(throws: ModelError.self) {
            try WeightFiles(component: folder.url.appending(path: "unet"), stem: "model", variant: nil)
        }
        #expect(missing.kind == .fileMissing && missing.description.contains("/unet is not there"))
        try folder.write("{}", to: "file")
        let file = try #require(throws: ModelError.self) {
            try WeightFiles(component: folder.url.appending(path: "file"), stem: "model", variant: nil)
        }
        #expect(file.kind == .unreadable)
    }

    @Test func `What is wrong with a file is said in the terms of the model`() throws {
        let folder = try ComponentFolder()
        try folder.write("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", to: "model.safetensors")
        let error = try #require(throws: ModelError.self) { try folder.open() }
        #expect(error.kind == .unsupported && error.file == folder.url.appending(path: "model.safetensors").path)
        #expect(error.description.contains("git lfs pull"))
    }

    static let models = URL(filePath: #filePath).appending(path: "../../../Fixtures/models").standardized

    static func fixture(_ component: String) throws -> WeightFiles {
        let stem = component.contains("text_encoder") ? "model" : "diffusion_pytorch_model"
        return try WeightFiles(component: models.appending(path: component), stem: stem, variant: nil)
    }

    @Test func `Shards have the tensors of the single file`() throws {
        let (single, sharded) = (try Self.fixture("sdxl-a/unet"), try Self.fixture("sdxl-a-sharded/unet"))
        #expect(sharded.files.count == 2 && sharded.variant == .full && sharded.names == single.names)
        for name in single.names {
            let (whole, part) = (try #require(single.file(of: name)), try #require(sharded.file(of: name)))
            #expect(try whole.tensor(name).values == part.tensor(name).values, "\(name)")
        }
    }

    @Test(
        "A folder with nothing but fp16 files is read, and says so",
        arguments: ["unet", "vae", "text_encoder", "text_encoder_2"])
    func fp16(_ component: String) throws {
        let files = try Self.fixture("sdxl-a-fp16/\(component)")
        #expect(files.variant == .fp16)
        #expect(try files.names == Self.fixture("sdxl-a/\(component)").names)
    }
}
