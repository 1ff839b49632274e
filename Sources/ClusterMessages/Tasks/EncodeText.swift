import SwiftProtobuf

/// Encodes a prompt. Outputs: for each branch, the negative one first, its context and then its pooled embedding, where
/// the model's family has one.
public struct EncodeText: Sendable, Hashable {
    /// What classifier-free guidance leads away from when it is on.
    public enum Negative: Sendable, Hashable {
        /// Guidance is off: one branch.
        case unused
        /// The model's own rule for no negative prompt.
        case absent
        /// This text, at most 16 KiB; the empty text is not the same as none.
        case text(String)
    }

    /// What to draw, at most 16 KiB.
    public let prompt: String
    /// What to lead away from.
    public let negative: Negative

    /// A prompt and what to lead away from.
    public init(prompt: String, negative: Negative) {
        self.prompt = prompt
        self.negative = negative
    }
}

extension EncodeText: WireValue {
    init(_ proto: Apldm_V1_EncodeText) throws(WireError) {
        let negative: Negative =
            switch try Check.present(proto.negative.kind, "negative.kind") {
            case .unused: .unused
            case .absent: .absent
            case .text(let text): .text(text)
            }
        self.init(prompt: proto.prompt, negative: negative)
    }

    var proto: Apldm_V1_EncodeText {
        .with {
            $0.prompt = prompt
            $0.negative.kind =
                switch negative {
                case .unused: .unused(true)
                case .absent: .absent(true)
                case .text(let text): .text(text)
                }
        }
    }

    func check() throws(WireError) {
        try Check.text(prompt, 0...16 << 10, "prompt")
        if case .text(let text) = negative { try Check.text(text, 0...16 << 10, "negative.text") }
    }
}
