import DiffusionModels
import FoundationEssentials
import Tensors

/// A folder of cases with their expected results: a `manifest.json` and the files that it names.
public struct VerificationFolder: Sendable {
    /// Where it is.
    public let path: String
    let cases: [CaseDescription]

    /// What cannot be read about the folder itself.
    public struct Failure: Error, CustomStringConvertible {
        /// One line for a person.
        public let description: String
        /// Whether there is no manifest at all, rather than one that cannot be used.
        public let isMissing: Bool

        init(description: String, isMissing: Bool = false) {
            self.description = description
            self.isMissing = isMissing
        }
    }

    /// The format that is understood.
    private static let version = 1
    /// No manifest comes near this size, in bytes.
    private static let sizeLimit = 64 << 20

    /// Reads the manifest.
    public init(path: String) throws(Failure) {
        self.path = path
        let file = path + "/manifest.json"
        let data: Data
        do throws(ModelError) {
            data = try BoundedFile.read(path: file, limit: Self.sizeLimit)
        } catch {
            throw Failure(
                description: "\(file): \(error.found ?? "it cannot be read"); give a folder of verification cases",
                isMissing: error.kind == .fileMissing)
        }
        guard let manifest = try? JSONDecoder().decode([String: JSONValue].self, from: data) else {
            throw Failure(description: "\(file): it is not a JSON object; give a folder of verification cases")
        }
        guard manifest["version"] == .number(Double(Self.version)) else {
            throw Failure(
                description: "\(file): version \(manifest["version"]?.description ?? "none"), expected \(Self.version)")
        }
        guard case .array(let entries) = manifest["cases"] ?? .null else {
            throw Failure(description: "\(file): 'cases' is not a list")
        }
        var cases: [CaseDescription] = []
        for (index, entry) in entries.enumerated() {
            guard case .object(let fields) = entry, case .string(let id) = fields["id"] ?? .null else {
                throw Failure(description: "\(file): case \(index) is not an object with an id")
            }
            guard !cases.contains(where: { $0.id == id }) else {
                throw Failure(description: "\(file): two cases have the id '\(id)'")
            }
            cases.append(CaseDescription(id: id, folder: path, fields: fields))
        }
        self.cases = cases
    }

    /// The cases' identifiers, in the manifest's order.
    public var caseIDs: [String] { cases.map(\.id) }
}
