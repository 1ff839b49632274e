import Crypto

/// Proves knowledge of the join token without showing it: HMAC-SHA256 over both ends' nonces, so that no proof can be
/// used twice, and over the node's name and role, so that none can be used for another node. Nothing is proved about
/// the bytes that follow: that is what TLS is for.
public enum JoinProof: String, Sendable, Hashable, CaseIterable {
    /// What a node sends in ``Authentication``.
    case node = "apldm-join-node-1"
    /// What the coordinator sends in ``Welcome``.
    case coordinator = "apldm-join-coordinator-1"

    /// Bytes of a proof.
    public static let byteCount = 32

    /// The proof of whoever knows `token`.
    public func code(token: [UInt8], hello: Hello, challenge: Challenge) -> [UInt8] {
        Array(
            HMAC<SHA256>.authenticationCode(
                for: transcript(hello, challenge), using: SymmetricKey(data: token)))
    }

    /// Whether a proof is right, in a time that tells nothing about the right one.
    public func isValid(_ code: [UInt8], token: [UInt8], hello: Hello, challenge: Challenge) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: transcript(hello, challenge), using: SymmetricKey(data: token))
    }

    /// Only the name, at the end, differs in length: no two transcripts read the same.
    private func transcript(_ hello: Hello, _ challenge: Challenge) -> [UInt8] {
        Array(rawValue.utf8) + [0] + challenge.nonce + hello.nonce + [UInt8(clamping: hello.role.rawValue)]
            + Array(hello.node.utf8)
    }
}
