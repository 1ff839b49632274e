import Hummingbird
import RenderPipeline

/// What clients of the web UI ask about it, and the options that they set.
struct WebUISettingsRoutes {
    let model: ServedModel

    private struct Sampler: Encodable {
        let name: String
        let aliases: [String]
        let options: [String: String] = [:]
    }

    private struct Schedule: Encodable {
        let name: String
        let label: String
        let aliases: [String] = []
        let defaultRho: Double = -1
        let needInnerModel = false

        private enum CodingKeys: String, CodingKey {
            case name, label, aliases
            case defaultRho = "default_rho"
            case needInnerModel = "need_inner_model"
        }
    }

    private struct Model: Encodable {
        let title: String
        let modelName: String
        let hash: String
        let sha256: String
        let filename: String

        private enum CodingKeys: String, CodingKey {
            case title, hash, sha256, filename
            case modelName = "model_name"
        }
    }

    private struct Options: Encodable {
        let checkpoint: String
        let sha256: String
        let format = "png"

        private enum CodingKeys: String, CodingKey {
            case checkpoint = "sd_model_checkpoint"
            case sha256 = "sd_checkpoint_hash"
            case format = "samples_format"
        }
    }

    private struct Scripts: Encodable {
        let txt2img: [String] = []
        let img2img: [String] = []
    }

    private struct Flags: Encodable {
        let api = true
        let listen = false
        let nowebui = true
    }

    private struct Upscaler: Encodable {
        let name: String
        let scale: Double
    }

    private struct Embeddings: Encodable {
        let loaded: [String: String] = [:]
        let skipped: [String: String] = [:]
    }

    func add(to group: RouterGroup<RequestContext>) {
        group.get("samplers") { _, _ in
            JSONBody(WebUISampler.names.map { Sampler(name: $0.name, aliases: $0.aliases) })
        }
        group.get("schedulers") { _, _ in
            JSONBody(WebUISampler.schedules.map { Schedule(name: $0.name, label: $0.label) })
        }
        group.get("sd-models") { _, _ in
            JSONBody([
                Model(
                    title: model.title, modelName: model.name, hash: String(model.sha256.prefix(10)),
                    sha256: model.sha256, filename: model.name)
            ])
        }
        group.get("options") { _, _ in JSONBody(Options(checkpoint: model.title, sha256: model.sha256)) }
        group.post("options") { request, context in
            try await context.decode(WebUIFields.self, from: request).requireSettings(model)
            return JSONBody([String: String]())
        }
        group.get("cmd-flags") { _, _ in JSONBody(Flags()) }
        group.get("scripts") { _, _ in JSONBody(Scripts()) }
        group.get("upscalers") { _, _ in JSONBody([Upscaler(name: "AP-LDM", scale: 2)]) }
        group.get("embeddings") { _, _ in JSONBody(Embeddings()) }
        for name in ["loras", "sd-vae", "hypernetworks", "prompt-styles", "latent-upscale-modes"] {
            group.get(RouterPath(name)) { _, _ in JSONBody([String]()) }
        }
    }
}
