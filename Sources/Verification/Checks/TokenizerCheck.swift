import DiffusionModels
import FoundationEssentials
import Tensors

/// Token ids of texts, exactly.
struct TokenizerCheck: Check {
    private struct Golden: Decodable {
        struct Case: Decodable {
            let text: String
            let ids: [Int32]
        }
        let cases: [Case]
    }

    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison {
        let tokenizer = try CLIPTokenizer(folder: URL(filePath: description.path("tokenizer")))
        let data = try Data(contentsOf: URL(filePath: description.path("expected")))
        var comparison = Comparison()
        for item in try JSONDecoder().decode(Golden.self, from: data).cases {
            comparison.require("\"\(item.text.prefix(40))\"", tokenizer.encode(item.text).ids, equals: item.ids)
        }
        return comparison
    }
}
