import FoundationEssentials

extension ModelLocator {
    /// Where a model lies, and which variant of its weights it is.
    public struct Place: Sendable, Hashable {
        /// The model's folder.
        public var folder: String
        /// As ``DiffusionModel/load(folder:variant:)`` takes it.
        public var variant: String?
    }

    /// So many model folders are looked at in each folder of the search path.
    private static let mostModels = 1000

    /// Finds a model in the search path: under its name, or else under any other.
    ///
    /// - Parameters:
    ///   - identity: which model.
    ///   - variant: the variant that it has to be; nil for whichever fits.
    ///   - digests: what hashes the files of those that may be it.
    /// - Returns: the first that is the model.
    /// - Throws: ``ModelError`` of the kind ``ModelError/Kind/fileMissing`` that says what is needed and where it is not,
    ///   and `CancellationError`.
    public func place(of identity: ModelIdentity, variant: String? = nil, _ digests: FileDigests) async throws -> Place
    {
        for folder in candidates(named: identity.name) {
            if let place = try await Self.place(of: identity, in: folder, variant: variant, digests) { return place }
        }
        throw ModelError(
            .fileMissing, file: identity.name, expected: "the model with digest \(identity.sha256)",
            found: "none such in any of: " + searchPath.joined(separator: ", "),
            remedy: "give --model the path of its folder, or set APLDM_MODELS to the folder that holds it")
    }

    /// The model folders of the search path, those called `name` first.
    private func candidates(named name: String) -> [String] {
        var all: [String] = []
        for folder in searchPath {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            all += names.sorted().prefix(Self.mostModels).map { folder + "/" + $0 }
        }
        let called = searchPath.map { $0 + "/" + name }
        return (called + all.filter { !called.contains($0) }).filter {
            FileManager.default.fileExists(atPath: $0 + "/model_index.json")
        }
    }

    /// The model in one folder, when it is the one that is meant.
    ///
    /// - Parameters:
    ///   - identity: which model.
    ///   - folder: a folder that may hold it.
    ///   - variant: the variant that it has to be; nil for whichever fits.
    ///   - digests: what hashes the files.
    /// - Returns: nil for another model, and for one that is broken: it cannot be the one.
    /// - Throws: `CancellationError`.
    public static func place(
        of identity: ModelIdentity, in folder: String, variant: String? = nil, _ digests: FileDigests
    ) async throws -> Place? {
        let variants: [String?] = variant.map { [$0] } ?? [nil] + Set(identity.variants.values).sorted()
        for variant in variants {
            do {
                let files = try ModelFiles(folder: folder, variant: variant)
                guard files.family.name == identity.family else { return nil }
                if try await files.digest(digests) == identity.sha256 { return Place(folder: folder, variant: variant) }
            } catch is ModelError {
                continue
            }
        }
        return nil
    }
}
