import DiffusionModels
import Foundation
import TestSupport
import Testing

/// Which files of a model folder make up its digest.
@Suite(.serialized)
struct ModelDigestTests {
    private let models = GoldenFile.folder.appending(path: "models")

    private func digest(_ folder: URL, variant: String? = nil) async throws -> String {
        try await ModelFiles(folder: folder.path, variant: variant).digest(FileDigests())
    }

    /// Runs `body` in a copy of a fixture model.
    private func withCopy<Value>(of model: String, _ body: (URL) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "apldm-digest-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(at: models.appending(path: model), to: folder)
        return try await body(folder)
    }

    @Test(arguments: ["sd15-a", "sd21-a", "sdxl-a", "sdxl-a-fp16"])
    func theDigestIsThatOfSha256sumsListing(model: String) async throws {
        let folder = models.appending(path: model)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "sha256sum \"$@\" | sha256sum", "sh"] + (try ModelFiles(folder: folder.path).names)
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        process.waitUntilExit()
        let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(try await digest(folder) == printed.prefix(64))
    }

    @Test func theFilesOfEveryComponentCount() throws {
        let names = try ModelFiles(folder: models.appending(path: "sdxl-a").path).names
        #expect(
            names == [
                "model_index.json", "scheduler/scheduler_config.json", "text_encoder/config.json",
                "text_encoder/model.safetensors", "text_encoder_2/config.json", "text_encoder_2/model.safetensors",
                "tokenizer/merges.txt", "tokenizer/special_tokens_map.json", "tokenizer/tokenizer_config.json",
                "tokenizer/vocab.json", "tokenizer_2/merges.txt", "tokenizer_2/special_tokens_map.json",
                "tokenizer_2/tokenizer_config.json", "tokenizer_2/vocab.json", "unet/config.json",
                "unet/diffusion_pytorch_model.safetensors", "vae/config.json",
                "vae/diffusion_pytorch_model.safetensors",
            ])
    }

    @Test func anyByteOfTheseFilesCounts() async throws {
        try await withCopy(of: "sd15-a") { folder in
            var digests: Set = [try await digest(folder)]
            let names = try ModelFiles(folder: folder.path).names
            for name in names {
                let file = folder.appending(path: name)
                let content = try Data(contentsOf: file)
                // The last byte: of a number of the weights, or the end of a text.
                try (content.dropLast() + [content.last == 0x20 ? 0x0A : 0x20]).write(to: file)
                if !name.hasSuffix("index.json") { digests.insert(try await digest(folder)) }
                try content.write(to: file)
            }
            #expect(digests.count == names.count)
            #expect(try await digest(folder) == digest(models.appending(path: "sd15-a")))
        }
    }

    @Test func otherFilesDoNotCount() async throws {
        try await withCopy(of: "sd15-a") { folder in
            let before = try await digest(folder)
            let file = folder.appending(path: "unet/diffusion_pytorch_model.safetensors")
            try FileManager.default.copyItem(
                at: file, to: folder.appending(path: "unet/diffusion_pytorch_model.fp16.safetensors"))
            try Data("words".utf8).write(to: folder.appending(path: "README.md"))
            try Data("words".utf8).write(to: folder.appending(path: "tokenizer/notes.txt"))
            #expect(try await digest(folder) == before)
        }
    }

    @Test func anotherVariantHasAnotherDigest() async throws {
        try await withCopy(of: "sd15-a") { folder in
            for path in ["unet/diffusion_pytorch_model", "vae/diffusion_pytorch_model", "text_encoder/model"] {
                try FileManager.default.copyItem(
                    at: folder.appending(path: path + ".safetensors"),
                    to: folder.appending(path: path + ".fp16.safetensors"))
            }
            #expect(try await digest(folder) == digest(folder, variant: "full"))
            #expect(try await digest(folder) != digest(folder, variant: "fp16"))
        }
    }

    @Test func everyShardCounts() async throws {
        try await withCopy(of: "sdxl-a") { folder in
            let unet = folder.appending(path: "unet")
            try FileManager.default.removeItem(at: unet)
            try FileManager.default.copyItem(at: models.appending(path: "sdxl-a-sharded/unet"), to: unet)
            let names = try ModelFiles(folder: folder.path).names.filter { $0.hasPrefix("unet/") }
            #expect(names.count > 2)
            #expect(!names.contains { $0.hasSuffix("index.json") })
        }
    }

    @Test(arguments: ["model_index.json", "scheduler/scheduler_config.json", "vae/config.json", "unet"])
    func whatIsMissingIsNamed(path: String) async throws {
        try await withCopy(of: "sd15-a") { folder in
            try FileManager.default.removeItem(at: folder.appending(path: path))
            let error = await #expect(throws: ModelError.self) { _ = try await digest(folder) }
            #expect(error?.kind == .fileMissing)
            #expect(error?.file?.contains(path) == true)
        }
    }
}
