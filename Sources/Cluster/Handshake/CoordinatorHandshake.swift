package import ClusterMessages

/// The coordinator's side of how two nodes get to know each other. It has no socket and no clock.
package struct CoordinatorHandshake {
    /// What is to be done after a message.
    package enum Step {
        /// Send these and wait for the next message.
        case reply([WireMessage])
        /// Send these; the node is in, on these terms.
        case accept(Hello, Welcome, sending: [WireMessage])
        /// Send this and close.
        case reject(Rejection)
    }

    private enum State {
        case waitsForHello
        case waitsForProof(Hello, Challenge, version: Int)
        case ended
    }

    private let terms: HandshakeTerms
    private let session: UInt64
    private let nonce: [UInt8]
    private let challenge: Challenge
    private let roles: Set<NodeRole>
    private var state = State.waitsForHello

    /// - Parameters:
    ///   - terms: what the coordinator offers.
    ///   - session: the connection's number.
    ///   - roles: who is let in here.
    ///   - nonces: two times 32 random bytes, never used before.
    package init(
        _ terms: HandshakeTerms, session: UInt64, roles: Set<NodeRole>, nonces: (hello: [UInt8], challenge: [UInt8])
    ) {
        self.terms = terms
        self.session = session
        self.roles = roles
        nonce = nonces.hello
        challenge = Challenge(nonce: nonces.challenge)
    }

    package mutating func receive(_ message: WireMessage) -> Step {
        switch (state, message) {
        case (.waitsForHello, .hello(let hello)): return greet(hello)
        case (.waitsForProof(let hello, let challenge, let version), .authentication(let answer)):
            guard let token = terms.token,
                JoinProof.node.isValid(answer.code, token: token.bytes, hello: hello, challenge: challenge)
            else {
                return reject(.authentication, "the join token is another one; give both ends the same")
            }
            let proof = JoinProof.coordinator.code(token: token.bytes, hello: hello, challenge: challenge)
            return accept(hello, version, proof: proof, after: [])
        default: return reject(.malformed, "the handshake has no place for this message")
        }
    }

    private mutating func greet(_ hello: Hello) -> Step {
        let own = HandshakeTerms.versions
        guard hello.versions.overlaps(own) else {
            func words(_ versions: ClosedRange<Int>) -> String {
                versions.count == 1
                    ? "version \(versions.lowerBound)" : "versions \(versions.lowerBound) to \(versions.upperBound)"
            }
            return reject(
                .version,
                "this coordinator speaks \(words(own)) of the protocol, not \(words(hello.versions)); "
                    + "install the same apldm on both hosts")
        }
        guard roles.contains(hello.role) else { return reject(.role, "nobody joins here as \(hello.role)") }
        let version = min(hello.versions.upperBound, own.upperBound)
        let greeting = Hello(
            versions: own, node: terms.node, role: .admin, software: terms.software, nonce: nonce)
        guard terms.token != nil else {
            return accept(hello, version, proof: nil, after: [.hello(greeting)])
        }
        state = .waitsForProof(hello, challenge, version: version)
        return .reply([.hello(greeting), .challenge(challenge)])
    }

    private mutating func accept(
        _ hello: Hello, _ version: Int, proof: [UInt8]?, after messages: [WireMessage]
    ) -> Step {
        state = .ended
        let welcome = terms.welcome(version: version, session: session, proof: proof)
        return .accept(hello, welcome, sending: messages + [.welcome(welcome)])
    }

    private mutating func reject(_ code: Rejection.Code, _ text: String) -> Step {
        state = .ended
        return .reject(Rejection(code, text: text, versions: HandshakeTerms.versions))
    }
}
