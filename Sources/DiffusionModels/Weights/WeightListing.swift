import Tensors

/// A way in which a folder offers the weights of a component: one file, or the index of several.
struct WeightPackaging: Hashable {
    let variant: WeightVariant
    let name: String
    let isIndex: Bool
}

/// What the file names in a component's folder offer, and which of it is read.
///
/// The names are those of diffusers and transformers: `STEM.safetensors`, `STEM.VARIANT.safetensors`,
/// `STEM.safetensors.index.json`, `STEM.safetensors.index.VARIANT.json` and, from older exporters,
/// `STEM.VARIANT.safetensors.index.json`.
struct WeightListing {
    let folder: String
    let stem: String
    let names: Set<String>
    /// Ordered by file name.
    let packagings: [WeightPackaging]

    init(folder: String, stem: String, names: some Sequence<String>) {
        self.folder = folder
        self.stem = stem
        self.names = Set(names)
        packagings = self.names.sorted().compactMap { Self.packaging(name: $0, stem: stem) }
    }

    /// The packaging to read: that of `variant`, or if none is asked for the full one, or else the only one there is.
    func choose(_ variant: WeightVariant?) throws(ModelError) -> WeightPackaging {
        if let variant {
            guard let packaging = try only(of: variant) else { throw missing(variant) }
            return packaging
        }
        if let full = try only(of: .full) { return full }
        let variants = Set(packagings.map(\.variant))
        guard let variant = variants.first, let packaging = try only(of: variant) else { throw missing(.full) }
        guard variants.count == 1 else {
            throw ModelError(
                .ambiguous, file: folder, expected: "\(stem).safetensors or one variant of it", found: offer,
                remedy: "choose one with --variant")
        }
        return packaging
    }

    private func only(of variant: WeightVariant) throws(ModelError) -> WeightPackaging? {
        let candidates = packagings.filter { $0.variant == variant }
        guard candidates.count <= 1 else {
            throw ModelError(
                .ambiguous, file: folder, expected: "one packaging of the variant \(variant)",
                found: candidates.map(\.name).listed, remedy: "remove all but one")
        }
        return candidates.first
    }

    /// Why there is nothing to read.
    private func missing(_ variant: WeightVariant) -> ModelError {
        let infix = variant == .full ? "" : ".\(variant)"
        let expected = "\(stem)\(infix).safetensors, or its index if it is split"
        let shards = names.filter { $0.hasPrefix(stem) && $0.isShardName && $0.hasSuffix(".safetensors") }
        let pickles = names.filter { name in [".bin", ".ckpt", ".pt", ".pth"].contains { name.hasSuffix($0) } }
        if !packagings.isEmpty {
            let offered = Set(packagings.map(\.variant.description)).sorted()
            return ModelError(
                .fileMissing, file: "\(folder)/\(stem)\(infix).safetensors", expected: expected, found: offer,
                remedy: "fetch it, or choose --variant \(offered.joined(separator: " or "))")
        }
        if !shards.isEmpty {
            return ModelError(
                .fileMissing, file: "\(folder)/\(stem).safetensors.index.json", expected: "an index of the shards",
                found: shards.sorted().listed, remedy: "fetch the index as well")
        }
        if !pickles.isEmpty {
            return ModelError(
                .unsupported, file: folder, expected: expected, found: pickles.sorted().listed,
                remedy: "these are Python pickles, which can run code when they are opened and are never read here: "
                    + "convert them to safetensors")
        }
        return ModelError(
            .fileMissing, file: "\(folder)/\(stem)\(infix).safetensors", expected: expected,
            found: names.isEmpty ? "an empty folder" : names.sorted().listed, remedy: "fetch the component again")
    }

    private var offer: String { packagings.map(\.name).listed }

    private static func packaging(name: String, stem: String) -> WeightPackaging? {
        guard name.hasPrefix(stem + "."), !name.isShardName else { return nil }
        let parts = name.dropFirst(stem.count + 1).split(separator: ".", omittingEmptySubsequences: false)
        let (variant, isIndex): (Substring, Bool)
        switch (parts.count, parts.first, parts.last) {
        case (1, "safetensors", _): (variant, isIndex) = ("full", false)
        case (2, _, "safetensors"): (variant, isIndex) = (parts[0], false)
        case (3, "safetensors", "json") where parts[1] == "index": (variant, isIndex) = ("full", true)
        case (4, "safetensors", "json") where parts[1] == "index": (variant, isIndex) = (parts[2], true)
        case (4, _, "json") where parts[1] == "safetensors" && parts[2] == "index":
            (variant, isIndex) = (parts[0], true)
        default: return nil
        }
        return variant.isEmpty
            ? nil : WeightPackaging(variant: WeightVariant(String(variant)), name: name, isIndex: isIndex)
    }
}

extension String {
    /// Whether this is the name of one part of a split file, `…-00001-of-00002.…`.
    fileprivate var isShardName: Bool { contains(#/-\d+-of-\d+\./#) }
}

extension [String] {
    /// The first few, for a message.
    var listed: String {
        let shown = 8
        let rest = count > shown ? " and \(count - shown) more" : ""
        return prefix(shown).map(\.quoted).joined(separator: ", ") + rest
    }
}
