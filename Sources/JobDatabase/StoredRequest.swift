import DiffusionModels
import RenderPipeline

/// A request as it is kept: the same record that pictures carry, which is strict about what it reads.
///
/// Which model and numerics render it is for the program that renders it to say.
enum StoredRequest {
    private static let model = ModelIdentity(
        name: "any", family: "any", sha256: String(repeating: "0", count: 64), variants: [:])

    static func text(_ request: RenderRequest) throws(RenderRecordError) -> String {
        try RenderRecord(program: "apldm", model: model, request: request, numerics: "any").canonicalJSON()
    }

    static func request(_ text: String) throws(RenderRecordError) -> RenderRequest {
        try RenderRecord(json: text).request
    }
}
