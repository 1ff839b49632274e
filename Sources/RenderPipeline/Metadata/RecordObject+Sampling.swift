import DiffusionModels
import FoundationEssentials
import Tensors

/// The sampler and attentive guidance.
extension RecordObject {
    func sampler(_ key: RecordKey) throws -> (SamplerKind, SamplerConfiguration) {
        let sampler = try object(key, keys: ["kind", "settings"])
        let given: [String: JSONValue] = try sampler.value("settings")
        let settings: SamplerConfiguration
        do {
            settings = try sampler.value("settings")
        } catch let error as RequestError {
            throw sampler.fault("settings", "\(error.option): \(error.problem)", error.remedy)
        }
        // A scheduler's file has keys that do not matter; a record has none.
        let written = try JSONDecoder().decode([String: JSONValue].self, from: JSONEncoder().encode(settings))
        if let unknown = given.keys.filter({ written[$0] == nil }).min() {
            throw sampler.fault(
                "settings", "nothing is known of \(unknown.quoted)",
                "use the version of apldm that wrote it, or a newer one")
        }
        return (try sampler.choice("kind"), settings)
    }

    func attentiveGuidance(_ key: RecordKey) throws -> AttentiveGuidance {
        let guidance = try object(
            key, keys: ["filter", "filter_unit", "form", "power_calibrate", "scale", "space", "temperature"])
        let filter = try guidance.optional("filter") { key in
            let filter = try guidance.object(key, keys: ["kind", "start"])
            return FrequencyFilter(kind: try filter.choice("kind"), start: try filter.number("start"))
        }
        return AttentiveGuidance(
            scale: try guidance.number("scale"), form: try guidance.guidanceForm("form"),
            temperature: try guidance.optional("temperature", guidance.number),
            powerCalibrate: try guidance.integer("power_calibrate", in: 0...2), filter: filter,
            filterUnit: try guidance.choice("filter_unit"), space: try guidance.choice("space"))
    }

    private func guidanceForm(_ key: RecordKey) throws -> GuidanceForm {
        let (name, form) = try alternative(key, of: ["official", "paper"])
        guard name == "official" else {
            let paper = try form.object("paper", keys: ["delay", "exponent"])
            return .paper(delay: try paper.number("delay"), exponent: try paper.number("exponent"))
        }
        let official = try form.object("official", keys: ["decay", "density"])
        let density = try official.optional("density") { try official.numbers($0, most: 1000) }
        let decay = try official.optional("decay") { key in
            let decay = try official.object(key, keys: ["factor", "kind", "minimum"])
            return GuidanceDecay(
                kind: try decay.choice("kind"), minimum: try decay.number("minimum"),
                factor: try decay.number("factor"))
        }
        return .official(density: density.map(GuidanceDensity.stretches) ?? .all, decay: decay)
    }
}

extension KeyedEncodingContainer<RecordKey> {
    mutating func encode(_ kind: SamplerKind, _ settings: SamplerConfiguration, forKey key: RecordKey) throws {
        var object = nestedContainer(keyedBy: RecordKey.self, forKey: key)
        try object.encode(kind.rawValue, forKey: "kind")
        try object.encode(settings, forKey: "settings")
    }

    mutating func encode(_ guidance: AttentiveGuidance, forKey key: RecordKey) throws {
        var object = nestedContainer(keyedBy: RecordKey.self, forKey: key)
        try object.encode(guidance.scale, forKey: "scale")
        try object.encode(guidance.form, forKey: "form")
        try object.encode(guidance.temperature, forKey: "temperature")
        try object.encode(guidance.powerCalibrate, forKey: "power_calibrate")
        try object.encode(guidance.filterUnit.rawValue, forKey: "filter_unit")
        try object.encode(guidance.space.rawValue, forKey: "space")
        guard let filter = guidance.filter else { return try object.encodeNil(forKey: "filter") }
        var nested = object.nestedContainer(keyedBy: RecordKey.self, forKey: "filter")
        try nested.encode(filter.kind.rawValue, forKey: "kind")
        try nested.encode(filter.start, forKey: "start")
    }

    private mutating func encode(_ form: GuidanceForm, forKey key: RecordKey) throws {
        var object = nestedContainer(keyedBy: RecordKey.self, forKey: key)
        switch form {
        case .paper(let delay, let exponent):
            try object.encode(["delay": delay, "exponent": exponent], forKey: "paper")
        case .official(let density, let decay):
            var official = object.nestedContainer(keyedBy: RecordKey.self, forKey: "official")
            let stretches: [Double]? = if case .stretches(let list) = density { list } else { nil }
            try official.encode(stretches, forKey: "density")
            guard let decay else { return try official.encodeNil(forKey: "decay") }
            var nested = official.nestedContainer(keyedBy: RecordKey.self, forKey: "decay")
            try nested.encode(decay.kind.rawValue, forKey: "kind")
            try nested.encode(decay.minimum, forKey: "minimum")
            try nested.encode(decay.factor, forKey: "factor")
        }
    }
}
