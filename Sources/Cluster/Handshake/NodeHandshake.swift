package import ClusterMessages

/// A node's side of how it gets to know the coordinator. It has no socket and no clock.
package struct NodeHandshake {
    /// What is to be done after a message.
    package enum Step {
        /// Send these, if any, and wait for the next message.
        case reply([WireMessage])
        /// In, on these terms.
        case joined(Welcome)
        /// Not in.
        case failed(ClusterError)
    }

    /// What is sent first.
    package let hello: Hello
    private let token: JoinToken?
    private var challenge: Challenge?

    /// - Parameters:
    ///   - node: what the node is called.
    ///   - role: what it wants to be.
    ///   - software: its software and version.
    ///   - token: the secret of the farm; nil for one without.
    ///   - nonce: 32 random bytes, never used before.
    package init(node: String, role: NodeRole, software: String, token: JoinToken?, nonce: [UInt8]) {
        hello = Hello(versions: HandshakeTerms.versions, node: node, role: role, software: software, nonce: nonce)
        self.token = token
    }

    package mutating func receive(_ message: WireMessage) -> Step {
        switch message {
        case .hello: return .reply([])
        case .challenge(let challenge) where self.challenge == nil:
            guard let token else {
                return .failed(
                    ClusterError(
                        .rejected, "the coordinator asks for a join token", remedy: "give it with --join-token-file"))
            }
            self.challenge = challenge
            let code = JoinProof.node.code(token: token.bytes, hello: hello, challenge: challenge)
            return .reply([.authentication(Authentication(code: code))])
        case .welcome(let welcome): return check(welcome)
        case .rejection(let rejection):
            let isFinal = rejection.retryMilliseconds == nil
            return .failed(
                ClusterError(isFinal ? .rejected : .refusedForNow, "the coordinator refuses: \(rejection.text)"))
        case .goAway(let goAway): return .failed(ClusterError(.refusedForNow, "the coordinator closes: \(goAway.text)"))
        default:
            return .failed(ClusterError(.connection, "the coordinator sent what has no place in a handshake"))
        }
    }

    private func check(_ welcome: Welcome) -> Step {
        guard HandshakeTerms.versions.contains(welcome.version) else {
            return .failed(ClusterError(.connection, "the coordinator chose version \(welcome.version)"))
        }
        guard let token else { return .joined(welcome) }
        // Whoever cannot prove that it knows the token is not the coordinator that was meant.
        guard let challenge, let proof = welcome.proof,
            JoinProof.coordinator.isValid(proof, token: token.bytes, hello: hello, challenge: challenge)
        else {
            return .failed(
                ClusterError(
                    .rejected, "the coordinator does not prove that it knows the join token",
                    remedy: "give both ends the same token"))
        }
        return .joined(welcome)
    }
}
