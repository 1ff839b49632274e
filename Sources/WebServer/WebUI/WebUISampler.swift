import RenderPipeline

/// Samplers and schedules by the names that the web UI has for them.
enum WebUISampler {
    static let names: [(name: String, aliases: [String], kind: SamplerKind)] = [
        ("Euler a", ["k_euler_a", "k_euler_ancestral"], .eulerAncestral), ("Euler", ["k_euler"], .euler),
        ("DPM++ 2M", ["k_dpmpp_2m"], .dpmpp2M), ("DDIM", ["ddim"], .ddim),
    ]

    static let schedules: [(name: String, label: String, overrides: SamplerConfiguration)] = {
        var karras = SamplerConfiguration()
        karras.usesKarrasSigmas = true
        var trailing = SamplerConfiguration()
        trailing.timestepSpacing = .trailing
        let none = SamplerConfiguration()
        return [
            ("automatic", "Automatic", none), ("uniform", "Uniform", none), ("karras", "Karras", karras),
            ("sgm_uniform", "SGM Uniform", trailing),
        ]
    }()

    /// What the web UI calls a sampler.
    static func name(of kind: SamplerKind) -> String { names.first { $0.kind == kind }?.name ?? kind.rawValue }

    /// - Parameters:
    ///   - name: a sampler, also with a schedule at its end as older clients have it (`DPM++ 2M Karras`).
    ///   - schedule: a schedule by name or label.
    /// - Returns: the sampler, and the settings that the schedule stands for.
    /// - Throws: `RequestError` naming those that there are.
    static func settings(
        sampler name: String?, schedule: String?
    ) throws(RequestError) -> (kind: SamplerKind, overrides: SamplerConfiguration) {
        var name = name ?? "Euler"
        var schedule = schedule
        for known in schedules where name.lowercased().hasSuffix(" " + known.label.lowercased()) {
            name.removeLast(known.label.count + 1)
            schedule = schedule ?? known.name
        }
        let lowered = name.lowercased()
        guard let sampler = names.first(where: { $0.name.lowercased() == lowered || $0.aliases.contains(lowered) })
        else {
            throw RequestError(
                option: "sampler_name", problem: "there is no sampler '\(name.prefix(100))'",
                remedy: "use " + names.map(\.name).joined(separator: ", "))
        }
        let wanted = (schedule ?? "automatic").lowercased()
        guard let found = schedules.first(where: { $0.name == wanted || $0.label.lowercased() == wanted }) else {
            throw RequestError(
                option: "scheduler", problem: "there is no scheduler '\(wanted.prefix(100))'",
                remedy: "use " + schedules.map(\.label).joined(separator: ", "))
        }
        return (sampler.kind, found.overrides)
    }
}
