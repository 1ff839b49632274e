import DiffusionModels
import FoundationEssentials
import Tensors

/// Token ids of texts, exactly.
struct TokenizerCheck: Check {
    let keys: Set<String> = ["tokenizer"]

    private struct Golden: Decodable {
        struct Case: Decodable {
            let text: String
            let ids: [Int32]
        }
        let cases: [Case]
        let padID: Int32?
        let bos: Int32?
        let eos: Int32?
        let maximumLength: Int?

        enum CodingKeys: String, CodingKey {
            case cases, bos, eos
            case padID = "pad_id"
            case maximumLength = "max_length"
        }
    }

    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison {
        let tokenizer = try CLIPTokenizer(folder: URL(filePath: description.path("tokenizer")))
        let data = try Data(contentsOf: URL(filePath: description.path("expected")))
        var comparison = Comparison()
        let golden = try JSONDecoder().decode(Golden.self, from: data)
        if let id = golden.padID { comparison.require("pad_id", tokenizer.padID, equals: id) }
        if let id = golden.bos { comparison.require("bos", tokenizer.startID, equals: id) }
        if let id = golden.eos { comparison.require("eos", tokenizer.endID, equals: id) }
        if let length = golden.maximumLength {
            comparison.require("max_length", tokenizer.maximumLength, equals: length)
        }
        for item in golden.cases {
            comparison.require("\"\(item.text.prefix(40))\"", tokenizer.encode(item.text).ids, equals: item.ids)
        }
        return comparison
    }
}
