import DiffusionModels
import RenderPipeline

/// The fields of a request to the web UI's interface. That takes any field and leaves out what it does not know, and its
/// clients send all there are; what would change the picture and is not possible here is refused by name.
struct WebUIFields: Decodable, Sendable {
    private let values: [String: JSONValue]

    init(from decoder: any Decoder) throws {
        values = try decoder.singleValueContainer().decode([String: JSONValue].self)
    }

    init(_ values: [String: JSONValue]) { self.values = values }

    /// Nil for a field that is missing or null.
    subscript(name: String) -> JSONValue? { values[name] == .null ? nil : values[name] }

    func text(_ name: String) throws(RequestError) -> String? {
        switch self[name] {
        case nil: nil
        case .string(let text): text
        default: throw wrong(name, "text")
        }
    }

    func number(_ name: String) throws(RequestError) -> Double? {
        switch self[name] {
        case nil: nil
        case .number(let number): number
        default: throw wrong(name, "a number")
        }
    }

    func whole(_ name: String) throws(RequestError) -> Int? {
        guard let number = try number(name) else { return nil }
        guard let whole = Int(exactly: number) else { throw wrong(name, "a whole number") }
        return whole
    }

    func flag(_ name: String) throws(RequestError) -> Bool {
        switch self[name] {
        case nil: false
        case .bool(let value): value
        default: throw wrong(name, "true or false")
        }
    }

    private func wrong(_ name: String, _ kind: String) -> RequestError {
        RequestError(option: name, problem: "it is not \(kind)", remedy: "leave it out, or send \(kind)")
    }

    /// Fields that would change the picture if they were more than nothing.
    private static let impossible = [
        "restore_faces", "tiling", "subseed_strength", "seed_resize_from_h", "seed_resize_from_w", "styles",
        "script_name", "mask", "hr_prompt", "hr_negative_prompt", "hr_checkpoint_name", "hr_sampler_name",
        "refiner_checkpoint", "firstphase_width", "firstphase_height",
    ]

    /// - Parameter model: the only model there is.
    /// - Throws: `RequestError` for what is not possible here.
    func requirePossible(_ model: ServedModel) throws(RequestError) {
        for name in Self.impossible where self[name].map({ !$0.isNothing }) ?? false {
            throw RequestError(option: name, problem: "this is not possible here", remedy: "leave it out")
        }
        if case .object(let scripts)? = self["alwayson_scripts"] {
            for (name, script) in scripts.sorted(by: { $0.key < $1.key }) {
                guard case .object(let script) = script, let arguments = script["args"], !arguments.isNothing else {
                    continue
                }
                throw RequestError(
                    option: "alwayson_scripts", problem: "there is no script '\(name.prefix(100))'",
                    remedy: "leave it out")
            }
        }
        guard case .object(let settings)? = self["override_settings"] else { return }
        try WebUIFields(settings).requireSettings(model)
    }

    /// Looks at options that are to be set.
    ///
    /// - Throws: `RequestError` for all but the model that there is.
    func requireSettings(_ model: ServedModel) throws(RequestError) {
        for name in values.keys.sorted() where name != "sd_model_checkpoint" {
            throw RequestError(
                option: String(name.prefix(100)), problem: "this option cannot be set here", remedy: "leave it out")
        }
        guard let name = try text("sd_model_checkpoint") else { return }
        guard name == model.name || name == model.title else {
            throw RequestError(
                option: "sd_model_checkpoint", problem: "there is no model '\(name.prefix(100))'",
                remedy: "use \(model.title)")
        }
    }

    /// The fields as they are given back, without pictures.
    var echoed: JSONValue {
        var values = values
        for name in ["init_images", "mask"] where values[name] != nil { values[name] = .null }
        return .object(values)
    }
}

extension JSONValue {
    /// Whether it asks for nothing: null, false, 0, "", or only such values.
    fileprivate var isNothing: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .number(let value): value == 0
        case .string(let value): value.isEmpty || value == "None"
        case .array(let values): values.allSatisfy(\.isNothing)
        case .object(let values): values.isEmpty
        }
    }
}

extension ServedModel {
    /// What the web UI calls a model: its name and the first digits of its digest.
    var title: String { "\(name) [\(sha256.prefix(10))]" }
}
