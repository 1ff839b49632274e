import SwiftProtobuf

/// A part of the autoencoder that is neither shared out in tiles nor in positions of the attention: one input, one
/// output.
public enum AutoencoderPart: Int, Sendable, Hashable, CaseIterable {
    /// Latents to the map that the decoder's attention takes.
    case decodeBeforeAttention = 1
    /// What the decoder's attention gave to what its tiles begin with.
    case decodeAfterAttention = 2
    /// What the encoder's tiles gave to the map that its attention takes.
    case encodeBeforeAttention = 3
    /// What the encoder's attention gave to the parameters of the latents' posterior.
    case encodeAfterAttention = 4
}

extension AutoencoderPart: WireValue {
    init(_ proto: Apldm_V1_AutoencoderPart) throws(WireError) { self = try Self(known: proto.kind, "kind") }

    var proto: Apldm_V1_AutoencoderPart { .with { $0.kind = .init(self) } }

    // A case cannot be out of bounds.
    func check() {}
}
