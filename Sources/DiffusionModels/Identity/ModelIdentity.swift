/// Which model it is, wherever it lies.
public struct ModelIdentity: Sendable, Hashable {
    /// What it is called: the name of its folder. Of no consequence.
    public var name: String
    /// The name of its family, see ``ModelFamily/name``.
    public var family: String
    /// The digest of its files, see ``ModelFiles/digest(_:)``.
    public var sha256: String
    /// Which variant of its weights was read, by component.
    public var variants: [String: String]

    /// - Parameters:
    ///   - name: what it is called.
    ///   - family: the name of its family.
    ///   - sha256: the digest of its files.
    ///   - variants: which variant of its weights was read, by component.
    public init(name: String, family: String, sha256: String, variants: [String: String]) {
        self.name = name
        self.family = family
        self.sha256 = sha256
        self.variants = variants
    }
}

extension DiffusionModel {
    /// Hashes the files that the model was read from.
    ///
    /// - Parameters:
    ///   - variant: as it was given to ``load(folder:variant:)``.
    ///   - digests: what hashes the files.
    /// - Returns: what the model is called, and its digest.
    /// - Throws: ``ModelError`` naming the file that cannot be read, and `CancellationError`.
    public func identity(variant: String? = nil, _ digests: FileDigests) async throws -> ModelIdentity {
        ModelIdentity(
            name: name, family: family.name,
            sha256: try await ModelFiles(folder: folder, variant: variant).digest(digests),
            variants: Dictionary(reports.map { ($0.component, $0.variant) }) { first, _ in first })
    }
}
