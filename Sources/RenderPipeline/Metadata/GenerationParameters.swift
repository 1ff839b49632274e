import DiffusionModels
import FoundationEssentials

/// The text that AUTOMATIC1111's web UI stores with a picture (`infotext_utils.py`) and that many programs read: the
/// prompt, the negative prompt, and a line of settings. Not enough to render the same bytes again; for that there is
/// ``RenderRecord``.
///
/// Prompts stand there as they are, so that one with a line that begins with "Negative prompt:" is read differently, as
/// with the web UI itself.
enum GenerationParameters {
    /// - Parameters:
    ///   - record: the picture.
    ///   - scheduler: the sampler settings of the model's folder.
    /// - Returns: the text for the key `parameters`.
    static func text(_ record: RenderRecord, scheduler: SamplerConfiguration) -> String {
        let request = record.request
        var lines: [String] = []
        if !request.prompt.isEmpty { lines.append(request.prompt) }
        if let negative = request.negativePrompt, !negative.isEmpty { lines.append("Negative prompt: " + negative) }
        let settings = scheduler.overridden(by: request.samplerOverrides)
        let values = [
            ("Steps", "\(request.steps)"), ("Sampler", request.sampler.webUIName),
            ("Schedule type", scheduleType(request.sampler, settings)),
            ("CFG scale", short(request.guidanceScale)), ("Seed", "\(request.seed)"),
            ("Size", "\(request.size.width)x\(request.size.height)"),
            ("Model hash", String(record.model.sha256.prefix(10))), ("Model", record.model.name), ("RNG", "CPU"),
            ("Method", method(request)), ("Version", "apldm \(record.program)"),
        ]
        lines.append(values.map { "\($0.0): \(quoted($0.1))" }.joined(separator: ", "))
        // PNG texts cannot hold U+0000.
        return lines.joined(separator: "\n").replacing("\0", with: "\u{FFFD}")
    }

    /// A value in the line of settings: as JSON when it holds what separates values.
    static func quoted(_ value: String) -> String {
        guard value.unicodeScalars.contains(where: { [",", ":", "\n"].contains($0) }) else { return value }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let json = try? encoder.encode(value) else { return value }
        return String(decoding: json, as: UTF8.self)
    }

    private static func method(_ request: RenderRequest) -> String {
        switch request.method {
        case .direct: "direct"
        case .apldm: request.latentWindows == nil ? "AP-LDM" : "AP-LDM with windows"
        }
    }

    /// The nearest of the web UI's names for how noise levels are spaced.
    private static func scheduleType(_ sampler: SamplerKind, _ settings: SamplerConfiguration) -> String {
        let canUseKarras = sampler == .euler || sampler == .dpmpp2M
        if settings.usesKarrasSigmas == true, canUseKarras { return "Karras" }
        return settings.timestepSpacing == .trailing ? "SGM Uniform" : "Uniform"
    }

    /// A number as people write it: 5, 7.5.
    private static func short(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? "\(number)"
    }
}

extension SamplerKind {
    /// What AUTOMATIC1111's web UI calls it.
    fileprivate var webUIName: String {
        switch self {
        case .euler: "Euler"
        case .eulerAncestral: "Euler a"
        case .ddim: "DDIM"
        case .dpmpp2M: "DPM++ 2M"
        }
    }
}
