import SwiftProtobuf

/// A part of the autoencoder that is neither shared out in tiles nor in positions of the attention: one input, one
/// output.
public enum AutoencoderPart: Int, Sendable, Hashable, CaseIterable {
    /// Unscaled latents to the map that the decoder's attention takes; its tiles begin with what that gives.
    case decodeBeforeAttention = 1
    /// What the encoder's tiles gave to the map that its attention takes.
    case encodeBeforeAttention = 2
    /// What the encoder's attention gave to the mean of the latents' posterior.
    case encodeAfterAttention = 3
}

extension AutoencoderPart: WireValue {
    init(_ proto: Apldm_V1_AutoencoderPart) throws(WireError) { self = try Self(known: proto.kind, "kind") }

    var proto: Apldm_V1_AutoencoderPart { .with { $0.kind = .init(self) } }

    // A case cannot be out of bounds.
    func check() {}
}
