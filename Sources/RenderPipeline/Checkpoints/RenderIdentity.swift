import Crypto
public import Tensors

/// All that determines the pixels of one render, in words: two renders of the same identity give the same bytes.
public struct RenderIdentity: Sendable, Hashable, Codable {
    /// What the numbers are computed with and by.
    public struct Environment: Sendable, Hashable {
        /// The model's name.
        public var modelName: String
        /// A digest of the model's files; nil where none was worked out, so that the name has to do.
        public var modelDigest: String?
        /// The instruction set and libraries that change bits, see `CPUBackend.numericsClass`.
        public var numericsClass: String
        /// The version of the program.
        public var version: String

        /// - Parameters:
        ///   - modelName: the model's name.
        ///   - modelDigest: a digest of the model's files, where one was worked out.
        ///   - numericsClass: the instruction set and libraries that change bits.
        ///   - version: the version of the program.
        public init(modelName: String, modelDigest: String?, numericsClass: String, version: String) {
            self.modelName = modelName
            self.modelDigest = modelDigest
            self.numericsClass = numericsClass
            self.version = version
        }
    }

    /// Every setting by name. What is absent was not given.
    public let settings: [String: String]

    /// - Parameters:
    ///   - plan: what is rendered.
    ///   - noise: noise given in place of the seed's.
    ///   - environment: what it is computed with and by.
    public init(_ plan: RenderPlan, noise: [Tensor] = [], environment: Environment) {
        var settings = Self.settings(of: plan)
        for (index, tensor) in noise.enumerated() {
            settings["noise \(index + 1)"] = "\(tensor.shape) \(ImageDigest.digest(values: tensor))"
        }
        settings["model"] = environment.modelName
        settings["model digest"] = environment.modelDigest
        settings["numerics class"] = environment.numericsClass
        settings["version"] = environment.version
        self.settings = settings
    }

    /// The SHA-256, as 64 hexadecimal digits, of every name and its value in the order of the names' bytes, each as a
    /// netstring: the number of its bytes in UTF-8, a colon, the bytes, a comma.
    public var fingerprint: String {
        var hash = SHA256()
        for (name, value) in settings.sorted(by: { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }) {
            for text in [name, value] { hash.update(data: Array("\(text.utf8.count):\(text),".utf8)) }
        }
        return hash.finalize().hexadecimal
    }

    /// Where this differs from `other`, a few words each; the shortest, which are the settings themselves rather than
    /// what follows from them, first.
    func differences(from other: RenderIdentity) -> [String] {
        Set(settings.keys).union(other.settings.keys).sorted().compactMap { name in
            let (mine, others) = (settings[name], other.settings[name])
            return mine == others ? nil : "\(name) was \(Self.shown(others)) and is \(Self.shown(mine))"
        }.sorted { $0.count < $1.count }
    }

    private static func shown(_ value: String?) -> String {
        guard let value else { return "not given" }
        let short = value.count > 80 ? value.prefix(80) + "…" : Substring(value)
        return "'" + String(short.map { $0.isNewline ? " " : $0 }) + "'"
    }
}
