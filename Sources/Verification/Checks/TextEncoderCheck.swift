import DiffusionModels
import FoundationEssentials
import Tensors

/// Every output of every text encoder of a model, from the prompts' text.
struct TextEncoderCheck: Check {
    let keys: Set<String> = ["model", "prompts"]

    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison {
        let golden = try GoldenTensors(description.path("expected"))
        let tolerance = try description.tolerance()
        let folder = try description.path("model")
        var comparison = Comparison()
        let prompts = try (description.list("prompts") ?? []).map { value in
            guard case .string(let text) = value else { throw CaseFailure("'prompts' holds \(value)") }
            return text
        }
        for (number, ending) in ["", "_2"].enumerated()
        where FileManager.default.fileExists(atPath: folder + "/text_encoder" + ending) {
            let tokenizer = try CLIPTokenizer(folder: URL(filePath: folder + "/tokenizer" + ending))
            let encoder = try CLIPTextEncoder.load(folder: folder + "/text_encoder" + ending).network
            for (index, prompt) in prompts.enumerated() {
                let prefix = "\(index).enc\(number)"
                let ids = tokenizer.encode(prompt).ids
                comparison.require(prefix + ".ids", ids.map(Int64.init), equals: try golden.integers(prefix + ".ids"))
                let encoding = encoder(ids, on: backend)
                try comparison.compare(
                    prefix + ".penultimate", encoding.penultimate, golden.tensor(prefix + ".penultimate"), tolerance)
                try comparison.compare(
                    prefix + ".last_hidden", encoding.lastHidden, golden.tensor(prefix + ".last_hidden"), tolerance)
                if golden.contains(prefix + ".text_embeds") {
                    guard let pooled = encoding.pooled else { throw CaseFailure("encoder \(number) has no projection") }
                    try comparison.compare(
                        prefix + ".text_embeds", pooled, golden.tensor(prefix + ".text_embeds"), tolerance)
                }
            }
        }
        try golden.requireAllRead()
        return comparison
    }
}
