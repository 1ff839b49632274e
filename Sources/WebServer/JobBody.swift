import FoundationEssentials
import Hummingbird
import RenderJobs
import RenderPipeline

/// A picture as a client asks for it.
struct JobBody: Decodable {
    private enum Key: String, CodingKey, CaseIterable {
        case prompt
        case negativePrompt = "negative_prompt"
        case width, height, seed, steps, method, sampler, owner, priority
        case guidanceScale = "guidance_scale"
        case guidanceRescale = "guidance_rescale"
        case resampleSteps = "resample_steps"
    }

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    let submission: JobSubmission

    /// Reads a body, which may come from anybody.
    ///
    /// - Throws: ``Fault`` for what is no JSON object, `RequestError` naming the field that is at fault.
    static func read(_ request: Request, _ context: RequestContext) async throws -> JobSubmission {
        let buffer = try await request.body.collect(upTo: context.maxUploadSize)
        do {
            return try JSONDecoder().decode(Self.self, from: Data(buffer.readableBytesView)).submission
        } catch let error as RequestError {
            throw error
        } catch let error as DecodingError {
            throw Fault(error)
        }
    }

    init(from decoder: any Decoder) throws {
        let known = Set(Key.allCases.map(\.rawValue))
        for key in try decoder.container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
            throw RequestError(
                option: key.stringValue, problem: "there is no such field",
                remedy: "use " + Key.allCases.map(\.rawValue).sorted().joined(separator: ", "))
        }
        let values = try decoder.container(keyedBy: Key.self)
        func optional<Value: Decodable>(_ key: Key, _ type: Value.Type = Value.self) throws -> Value? {
            do {
                return try values.decodeIfPresent(type, forKey: key)
            } catch let error where !(error is DecodingError) {
                // A number that the type cannot hold: the decoder's own error does not say where it is.
                throw RequestError(option: key.rawValue, problem: "it is no \(type)", remedy: "use another number")
            }
        }
        var request = RenderRequest(
            prompt: try values.decode(String.self, forKey: .prompt),
            size: Extent(height: try optional(.height) ?? 1024, width: try optional(.width) ?? 1024),
            seed: try optional(.seed) ?? UInt64.random(in: 0...UInt64(UInt32.max)))
        request.negativePrompt = try optional(.negativePrompt)
        request.steps = try optional(.steps) ?? request.steps
        request.resampleSteps = try optional(.resampleSteps)
        request.guidanceScale = try optional(.guidanceScale) ?? request.guidanceScale
        request.guidanceRescale = try optional(.guidanceRescale) ?? request.guidanceRescale
        if let name = try optional(.sampler, String.self) { request.sampler = try SamplerKind(option: name) }
        if let name = try optional(.method, String.self) {
            guard let method = MethodKind(rawValue: name) else {
                throw RequestError(
                    option: "method", problem: "there is no method '\(name)'",
                    remedy: "use " + MethodKind.allCases.map(\.rawValue).joined(separator: " or "))
            }
            request.method = method
        }
        submission = try JobSubmission(
            request, owner: try optional(.owner) ?? "anonymous", priority: try optional(.priority) ?? 0)
    }
}

extension Fault {
    /// Broken JSON, a field that is missing, or one of another type.
    init(_ error: DecodingError) {
        func field(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String? {
            let path = (context.codingPath + [last].compactMap(\.self)).map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? nil : path
        }
        switch error {
        case .keyNotFound(let key, let context):
            self.init(.badRequest, code: "invalid_request", "it is missing", field: field(context, key))
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            self.init(.badRequest, code: "invalid_request", "it is no \(type)", field: field(context))
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            self.init(.badRequest, code: "invalid_request", "it is out of range", field: field(context))
        default: self.init(.badRequest, code: "invalid_json", "the body is no JSON object")
        }
    }
}
