import DiffusionModels
import Tensors

/// What the files of checkpoints hold, and how it is read back.
///
/// Latents and pictures are 32-bit floats, statistics the bits of 64-bit floats in hexadecimal: what is read is what was
/// written, to the bit.
extension CheckpointFolder.Contents {
    static let latents = "latents"
    static let picture = "picture"
    static let estimate = "estimate"
    static let ledger = "ledger"
    static let render = "render"

    /// Between two steps; the fingerprint is that of the render, see ``RenderIdentity/fingerprint``.
    init(_ state: SamplerState, fingerprint: String) {
        tensors = [(Self.latents, state.latents)]
        if let estimate = state.previousEstimate { tensors.append((Self.estimate, estimate)) }
        texts = [Self.render: fingerprint]
    }

    init(latents: Tensor, fingerprint: String) {
        tensors = [(Self.latents, latents)]
        texts = [Self.render: fingerprint]
    }

    init(_ stage: FinishedStage, fingerprint: String) {
        tensors = [(Self.latents, stage.latents), (Self.picture, stage.picture)]
        texts = [Self.render: fingerprint]
    }

    init(tiles: [Int: Tensor], _ ledger: NormalizationLedger, fingerprint: String) {
        tensors = tiles.sorted { $0.key < $1.key }.map { (Self.name(ofTile: $0.key), $0.value) }
        texts = [Self.render: fingerprint, Self.ledger: ledger.text]
    }

    static func name(ofTile tile: Int) -> String { "tile \(tile)" }
}

extension SafetensorsFile {
    /// Refuses a file of another render: another model, other numerics, or another version of the program.
    func requireCheckpoint(of fingerprint: String) throws(StageFolderError) {
        guard metadata[CheckpointFolder.Contents.render] == fingerprint else {
            throw StageFolderError(
                path: path, .mismatch, problem: "it was kept with another model, numerics class or version",
                remedy: "go on with those")
        }
    }

    /// The tensor of this name; nil when there is none, or none of numbers.
    func checkpointTensor(_ name: String) -> Tensor? {
        guard tensors[name] != nil, let tensor = try? tensor(name), tensor.isFinite else { return nil }
        return tensor
    }

    /// The statistics that it holds; nil for none.
    var ledger: NormalizationLedger? {
        metadata[CheckpointFolder.Contents.ledger].flatMap { NormalizationLedger(text: $0) }
    }
}

extension NormalizationLedger {
    /// A line for each normalisation, with three words for each group.
    fileprivate var text: String {
        entries.map { groups in
            groups.flatMap { [$0.count, $0.mean, $0.squaredDeviations] }
                .map { String($0.bitPattern, radix: 16) }.joined(separator: " ")
        }.joined(separator: "\n")
    }

    /// Reads ``text``; nil for anything else, or for normalisations that differ in their number of groups.
    fileprivate init?(text: String) {
        var entries: [[GroupMoments]] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            let numbers = words.compactMap { UInt64($0, radix: 16).map(Double.init(bitPattern:)) }
            guard numbers.count == words.count, numbers.count.isMultiple(of: 3), !numbers.isEmpty else { return nil }
            entries.append(
                stride(from: 0, to: numbers.count, by: 3).map {
                    GroupMoments(
                        count: numbers[$0], mean: numbers[$0 + 1], squaredDeviations: numbers[$0 + 2])
                })
        }
        guard Set(entries.map(\.count)).count <= 1 else { return nil }
        self.init(entries: entries)
    }
}
