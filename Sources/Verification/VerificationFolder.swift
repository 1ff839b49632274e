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
        let manifest: [String: JSONValue]
        do {
            let data = try Data(contentsOf: URL(filePath: file))
            guard data.count <= Self.sizeLimit else {
                throw Failure(description: "\(file): \(data.count) bytes are no manifest")
            }
            manifest = try JSONDecoder().decode([String: JSONValue].self, from: data)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(
                description: "\(file): \(error); give a folder with a manifest.json of verification cases",
                isMissing: !FileManager.default.fileExists(atPath: file))
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
