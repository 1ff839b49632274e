import DiffusionModels
import FoundationEssentials

/// Model, sizes, stages, tiles and windows.
extension RecordObject {
    func model(_ key: RecordKey, longestName: Int) throws -> ModelIdentity {
        let model = try object(key, keys: ["family", "name", "sha256", "variants"])
        let name = try model.text("name", longest: longestName)
        // It is looked for by this name: one that leads elsewhere is none.
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(where: { $0 == 0 || $0 == 0x2F }) else {
            throw model.fault("name", "it is not the name of a folder")
        }
        let variants: [String: String] = try model.value("variants")
        guard variants.count <= 16, variants.allSatisfy({ $0.key.utf8.count + $0.value.utf8.count <= longestName })
        else { throw model.fault("variants", "there are too many of them, or one is too long") }
        return ModelIdentity(
            name: name, family: try model.text("family", longest: longestName), sha256: try model.digest("sha256"),
            variants: variants)
    }

    func extent(_ key: RecordKey, longestEdge: Int) throws -> Extent {
        let size = try object(key, keys: ["height", "width"])
        return Extent(
            height: try size.integer("height", in: 1...longestEdge),
            width: try size.integer("width", in: 1...longestEdge))
    }

    func substages(_ key: RecordKey) throws -> [SubstageStart] {
        let starts: [[String: Double]] = try value(key)
        guard starts.count <= SizeSchedule.mostSubstages else {
            throw fault(key, "it has \(starts.count) entries, more than \(SizeSchedule.mostSubstages)")
        }
        return try starts.map { start in
            switch (start.count, start.keys.first, start.values.first) {
            case (1, "eta2", let share?): return .eta2(share)
            case (1, "init_rate", let rate?): return .initRate(rate)
            default: throw fault(key, "an entry has to have one of eta2, init_rate")
            }
        }
    }

    func initialPicture(_ key: RecordKey) throws -> InitialPicture {
        let picture = try object(key, keys: ["background", "sha256", "size"])
        let background = try picture.optional("background") { try picture.text($0, longest: 1000) }
        if let background,
            !(background.hasPrefix("#") && background.utf8.count == 7
                && background.utf8.dropFirst().allSatisfy { Character(Unicode.Scalar($0)).isHexDigit })
        {
            throw picture.fault("background", "it is no colour such as #ffffff")
        }
        return InitialPicture(
            size: try picture.extent("size", longestEdge: 1_000_000), sha256: try picture.digest("sha256"),
            background: background)
    }

    func decodeTiling(_ key: RecordKey) throws -> DecodeTilingRule {
        let rule = try object(key, keys: ["geometry", "largest_whole_area"])
        let geometry = try rule.optional("geometry") { key in
            let tiles = try rule.object(key, keys: ["context", "core", "stride"])
            let core = try tiles.integer("core", in: 1...1 << 13)
            return DecodeTiling(
                core: core, context: try tiles.integer("context", in: 0...1 << 13),
                stride: try tiles.integer("stride", in: 1...core))
        }
        return DecodeTilingRule(
            geometry: geometry, largestWholeArea: try rule.integer("largest_whole_area", in: -1...Int.max))
    }

    func encodeTiling(_ key: RecordKey) throws -> EncodeTilingRule {
        let rule = try object(key, keys: ["geometry", "smallest_tiled_area"])
        let geometry = try rule.optional("geometry") { key in
            let tiles = try rule.object(key, keys: ["overlap", "tile"])
            let overlap = try tiles.number("overlap")
            guard (0..<0.9).contains(overlap) else { throw tiles.fault("overlap", "\(overlap) is not from 0 to 0.9") }
            return EncodeTiling(tile: try tiles.integer("tile", in: 64...1 << 16), overlap: overlap)
        }
        return EncodeTilingRule(
            geometry: geometry, smallestTiledArea: try rule.integer("smallest_tiled_area", in: 0...Int.max))
    }

    func latentWindows(_ key: RecordKey) throws -> LatentWindowRule {
        let rule = try object(key, keys: ["overlap"])
        return LatentWindowRule(overlap: try rule.optional("overlap") { try rule.integer($0, in: 0...1 << 13) })
    }
}

extension KeyedEncodingContainer<RecordKey> {
    mutating func encode(_ model: ModelIdentity, forKey key: RecordKey) throws {
        var object = nestedContainer(keyedBy: RecordKey.self, forKey: key)
        try object.encode(model.name, forKey: "name")
        try object.encode(model.family, forKey: "family")
        try object.encode(model.sha256, forKey: "sha256")
        try object.encode(model.variants, forKey: "variants")
    }

    mutating func encode(_ starts: [SubstageStart]?, forKey key: RecordKey) throws {
        try encode(
            starts?.map { start in
                switch start {
                case .eta2(let share): ["eta2": share]
                case .initRate(let rate): ["init_rate": rate]
                }
            }, forKey: key)
    }

    mutating func encode(_ picture: InitialPicture?, forKey key: RecordKey) throws {
        guard let picture else { return try encodeNil(forKey: key) }
        var object = nestedContainer(keyedBy: RecordKey.self, forKey: key)
        try object.encode(picture.size, forKey: "size")
        try object.encode(picture.sha256, forKey: "sha256")
        try object.encode(picture.background, forKey: "background")
    }

    mutating func encode(_ rule: DecodeTilingRule?, forKey key: RecordKey) throws {
        guard let rule else { return try encodeNil(forKey: key) }
        var object = nestedContainer(keyedBy: RecordKey.self, forKey: key)
        try object.encode(rule.largestWholeArea, forKey: "largest_whole_area")
        try object.encode(
            rule.geometry.map { ["core": $0.core, "context": $0.context, "stride": $0.stride] }, forKey: "geometry")
    }

    mutating func encode(_ rule: EncodeTilingRule?, forKey key: RecordKey) throws {
        guard let rule else { return try encodeNil(forKey: key) }
        var object = nestedContainer(keyedBy: RecordKey.self, forKey: key)
        try object.encode(rule.smallestTiledArea, forKey: "smallest_tiled_area")
        guard let tiles = rule.geometry else { return try object.encodeNil(forKey: "geometry") }
        var geometry = object.nestedContainer(keyedBy: RecordKey.self, forKey: "geometry")
        try geometry.encode(tiles.tile, forKey: "tile")
        try geometry.encode(tiles.overlap, forKey: "overlap")
    }

    /// Nothing without windows: records from before there were any keep their bytes.
    mutating func encode(_ rule: LatentWindowRule?, forKey key: RecordKey) throws {
        guard let rule else { return }
        var object = nestedContainer(keyedBy: RecordKey.self, forKey: key)
        try object.encode(rule.overlap, forKey: "overlap")
    }
}
