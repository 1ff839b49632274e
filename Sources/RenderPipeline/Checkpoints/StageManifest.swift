import FoundationEssentials

/// `stages.json`: which render a folder belongs to and which of its stages are finished. Written last, so that all it
/// names is complete.
struct StageManifest: Codable, Equatable {
    /// A file and what it has to be.
    struct File: Codable, Equatable {
        var name: String
        var bytes: Int
        var sha256: String
    }

    /// A finished stage.
    struct Stage: Codable, Equatable {
        /// Which one, from 1.
        var stage: Int
        /// What a render goes on from: its latents and its picture in full precision.
        var tensors: File
        /// Its picture for people.
        var picture: File
    }

    static let name = "stages.json"
    static let currentFormat = 1
    /// Prompts of the longest kind in the longest notation stay below it.
    static let largestFile = 8 << 20

    var format = Self.currentFormat
    /// See ``RenderIdentity/fingerprint``.
    var fingerprint: String
    var render: RenderIdentity
    var stages: [Stage] = []

    init(_ identity: RenderIdentity) {
        fingerprint = identity.fingerprint
        render = identity
    }

    static func tensorFile(_ index: Int) -> String { "stage\(index + 1).safetensors" }
    static func pictureFile(_ index: Int) -> String { "stage\(index + 1).png" }

    /// What does not fit together in it; nil when it does.
    var contradiction: String? {
        if format != Self.currentFormat { return "it has the format \(format), not \(Self.currentFormat)" }
        if fingerprint != render.fingerprint { return "its fingerprint is not that of its settings" }
        for (index, stage) in stages.enumerated() {
            let names = [stage.tensors.name, stage.picture.name]
            guard stage.stage == index + 1, names == [Self.tensorFile(index), Self.pictureFile(index)] else {
                return "its entry \(index + 1) is not that of stage \(index + 1)"
            }
        }
        return nil
    }

    func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}
