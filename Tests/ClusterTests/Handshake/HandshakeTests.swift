import Cluster
import ClusterMessages
import Testing

/// Both sides of the handshake against one another, without sockets.
struct HandshakeTests {
    private static let token = JoinToken("a secret of more than sixteen bytes")
    private static let otherToken = JoinToken("another secret of the same kind here")

    /// How a handshake ended, at both ends.
    private struct Outcome {
        var accepted: (hello: Hello, welcome: Welcome)?
        var rejection: Rejection?
        var joined: Welcome?
        var failure: ClusterError?
        /// Everything that the node sent.
        var sent: [WireMessage] = []
    }

    private func nonce(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: Hello.nonceByteCount) }

    private func coordinator(_ token: JoinToken?, nonce byte: UInt8 = 2) -> CoordinatorHandshake {
        CoordinatorHandshake(
            HandshakeTerms(node: "coordinator", software: "test", token: token, epoch: 7), session: 3,
            roles: [.worker], nonces: (nonce(byte), nonce(byte + 1)))
    }

    private func node(_ token: JoinToken?, role: NodeRole = .worker, nonce byte: UInt8 = 1) -> NodeHandshake {
        NodeHandshake(node: "w1", role: role, software: "test", token: token, nonce: nonce(byte))
    }

    /// Lets both talk until nobody has anything to say; `tamper` changes what comes to the node.
    private func talk(
        _ coordinator: CoordinatorHandshake, _ node: NodeHandshake,
        tamper: (WireMessage) -> WireMessage = { $0 }
    ) -> Outcome {
        var (coordinator, node, outcome) = (coordinator, node, Outcome())
        var waiting: [WireMessage] = [.hello(node.hello)]
        while !waiting.isEmpty {
            let message = waiting.removeFirst()
            outcome.sent.append(message)
            var replies: [WireMessage] = []
            switch coordinator.receive(message) {
            case .reply(let messages): replies = messages
            case .accept(let hello, let welcome, let messages):
                outcome.accepted = (hello, welcome)
                replies = messages
            case .reject(let rejection):
                outcome.rejection = rejection
                replies = [.rejection(rejection)]
            }
            for reply in replies {
                switch node.receive(tamper(reply)) {
                case .reply(let messages): waiting += messages
                case .joined(let welcome): outcome.joined = welcome
                case .failed(let error):
                    outcome.failure = error
                    return outcome
                }
            }
        }
        return outcome
    }

    @Test(arguments: [nil, Self.token])
    func twoOfOneFarmComeTogether(token: JoinToken?) throws {
        let outcome = talk(coordinator(token), node(token))
        let accepted = try #require(outcome.accepted)
        #expect(accepted.hello.node == "w1")
        #expect(outcome.joined == accepted.welcome)
        #expect(accepted.welcome.session == 3 && accepted.welcome.epoch == 7)
        #expect((accepted.welcome.proof != nil) == (token != nil))
        #expect(outcome.failure == nil && outcome.rejection == nil)
    }

    @Test func aNodeWithAnotherTokenIsRejectedForGood() {
        let outcome = talk(coordinator(Self.token), node(Self.otherToken))
        #expect(outcome.accepted == nil && outcome.joined == nil)
        #expect(outcome.rejection?.code == .authentication)
        #expect(outcome.failure?.kind == .rejected)
    }

    @Test func aNodeWithoutTheTokenSaysWhatIsMissing() {
        let outcome = talk(coordinator(Self.token), node(nil))
        #expect(outcome.accepted == nil && outcome.joined == nil)
        #expect(outcome.failure?.kind == .rejected)
        #expect(outcome.failure?.remedy?.contains("--join-token-file") == true)
    }

    @Test func aNodeWithATokenJoinsNobodyWhoDoesNotAskForIt() {
        let outcome = talk(coordinator(nil), node(Self.token))
        #expect(outcome.joined == nil)
        #expect(outcome.failure?.kind == .rejected)
    }

    /// Whoever answers every proof with "welcome" does not know the token.
    @Test(arguments: [nil, [UInt8](repeating: 0, count: JoinProof.byteCount)])
    func aCoordinatorThatCannotProveTheTokenIsLeft(proof: [UInt8]?) {
        let outcome = talk(coordinator(Self.token), node(Self.token)) { message in
            guard case .welcome(let welcome) = message else { return message }
            return .welcome(welcome.proved(by: proof))
        }
        #expect(outcome.joined == nil)
        #expect(outcome.failure?.kind == .rejected)
    }

    /// The node's own proof sent back is none of the coordinator's.
    @Test func aProofThatIsReflectedIsNoProof() {
        var node = node(Self.token)
        var code: [UInt8]?
        if case .reply(let messages) = node.receive(.challenge(Challenge(nonce: nonce(9)))),
            case .authentication(let answer)? = messages.first
        {
            code = answer.code
        }
        let welcome = HandshakeTerms(node: "c", software: "", token: nil, epoch: 1)
            .sampleWelcome.proved(by: code)
        guard case .failed(let error) = node.receive(.welcome(welcome)) else {
            Issue.record("joined whoever sent its own proof back")
            return
        }
        #expect(code != nil && error.kind == .rejected)
    }

    @Test func aProofOfAnotherConnectionIsRejected() throws {
        let first = talk(coordinator(Self.token), node(Self.token))
        #expect(first.accepted != nil)
        // The same hello and the same proof at a coordinator with other nonces.
        var second = coordinator(Self.token, nonce: 100)
        for message in first.sent.dropLast() { _ = second.receive(message) }
        let proof = try #require(first.sent.last)
        guard case .authentication = proof, case .reject(let rejection) = second.receive(proof) else {
            Issue.record("a proof was used twice")
            return
        }
        #expect(rejection.code == .authentication)
    }

    @Test func aProofForAnotherNameIsRejected() throws {
        var coordinator = coordinator(Self.token)
        var node = node(Self.token)
        let other = Hello(
            versions: node.hello.versions, node: "w2", role: .worker, software: "test", nonce: node.hello.nonce)
        guard case .reply(let messages) = coordinator.receive(.hello(other)) else {
            Issue.record("no challenge")
            return
        }
        var answers: [WireMessage] = []
        for message in messages {
            if case .reply(let more) = node.receive(message) { answers += more }
        }
        let answer = try #require(answers.first)
        guard case .reject(let rejection) = coordinator.receive(answer) else {
            Issue.record("a proof of another name was taken")
            return
        }
        #expect(rejection.code == .authentication)
    }

    @Test func withoutACommonVersionTheRangeIsTold() {
        var coordinator = coordinator(nil)
        let newest = HandshakeTerms.versions.upperBound
        let hello = Hello(
            versions: newest + 1...newest + 2, node: "w1", role: .worker, software: "", nonce: nonce(1))
        guard case .reject(let rejection) = coordinator.receive(.hello(hello)) else {
            Issue.record("a version that nobody speaks was taken")
            return
        }
        #expect(rejection.code == .version && rejection.versions == HandshakeTerms.versions)
        #expect(rejection.text.contains("not versions \(newest + 1) to \(newest + 2); install"))
        #expect(rejection.retryMilliseconds == nil)
    }

    @Test func theHighestCommonVersionIsTaken() {
        var coordinator = coordinator(nil)
        let own = HandshakeTerms.versions
        let hello = Hello(
            versions: own.lowerBound...own.upperBound + 5, node: "w1", role: .worker, software: "", nonce: nonce(1))
        guard case .accept(_, let welcome, _) = coordinator.receive(.hello(hello)) else {
            Issue.record("a newer node was not let in")
            return
        }
        #expect(welcome.version == own.upperBound)
    }

    @Test func aVersionThatTheNodeDoesNotSpeakIsRefused() {
        let outcome = talk(coordinator(nil), node(nil)) { message in
            guard case .welcome(let welcome) = message else { return message }
            return .welcome(welcome.speaking(HandshakeTerms.versions.upperBound + 1))
        }
        #expect(outcome.joined == nil && outcome.failure?.kind == .connection)
    }

    @Test(arguments: [NodeRole.client, .admin])
    func nobodyJoinsInAnotherRole(role: NodeRole) {
        let outcome = talk(coordinator(nil), node(nil, role: role))
        #expect(outcome.accepted == nil && outcome.rejection?.code == .role)
        #expect(outcome.failure?.kind == .rejected)
    }

    @Test(arguments: [
        WireMessage.drained, .ping(sequence: 1), .authentication(Authentication(code: [])),
        .challenge(Challenge(nonce: [])),
    ])
    func aCoordinatorIsToldNothingBeforeHello(message: WireMessage) {
        var coordinator = coordinator(Self.token)
        guard case .reject(let rejection) = coordinator.receive(message) else {
            Issue.record("\(message) was taken")
            return
        }
        #expect(rejection.code == .malformed)
    }

    @Test func afterARejectionNothingIsTakenAnyMore() {
        var (coordinator, node) = (coordinator(nil), node(nil))
        _ = coordinator.receive(.drained)
        guard case .reject = coordinator.receive(.hello(node.hello)) else {
            Issue.record("a second try on the same connection")
            return
        }
        _ = node.receive(.drained)
    }

    @Test func aSecondHelloInPlaceOfTheProofIsRejected() {
        var coordinator = coordinator(Self.token)
        let hello = WireMessage.hello(node(Self.token).hello)
        guard case .reply = coordinator.receive(hello), case .reject(let rejection) = coordinator.receive(hello) else {
            Issue.record("a second hello was taken")
            return
        }
        #expect(rejection.code == .malformed)
    }

    @Test(arguments: [
        WireMessage.drained, .ping(sequence: 1), .authentication(Authentication(code: [])),
        .taskAccept(TaskAcceptance(TaskAttempt(epoch: 1, task: 1, attempt: 1), transferNanoseconds: 0)),
    ])
    func aNodeLeavesACoordinatorThatSaysAnythingElse(message: WireMessage) {
        var node = node(nil)
        guard case .failed(let error) = node.receive(message) else {
            Issue.record("\(message) was taken")
            return
        }
        #expect(error.kind == .connection)
    }

    @Test func aNodeAnswersOneChallengeOnly() {
        var node = node(Self.token)
        guard case .reply = node.receive(.challenge(Challenge(nonce: nonce(1)))),
            case .failed(let error) = node.receive(.challenge(Challenge(nonce: nonce(2))))
        else {
            Issue.record("two proofs on one connection")
            return
        }
        #expect(error.kind == .connection)
    }

    @Test(arguments: [nil, 1000])
    func aRejectionWithATimeIsNotForGood(milliseconds: Int?) {
        var node = node(nil)
        let rejection = Rejection(
            .capacity, text: "full", versions: HandshakeTerms.versions, retryMilliseconds: milliseconds)
        guard case .failed(let error) = node.receive(.rejection(rejection)) else {
            Issue.record("a rejection was passed over")
            return
        }
        #expect(error.kind == (milliseconds == nil ? .rejected : .refusedForNow))
    }
}

extension HandshakeTerms {
    /// A welcome as anybody could make one up.
    fileprivate var sampleWelcome: Welcome {
        Welcome(
            version: Self.versions.upperBound, session: 1, epoch: epoch, chunkByteCount: chunkByteCount,
            connectionCredit: connectionCredit,
            streamCredit: streamCredit, heartbeatMilliseconds: 1000, leaseMilliseconds: 1000, proof: nil)
    }
}

extension Welcome {
    fileprivate func proved(by proof: [UInt8]?) -> Welcome { changed(version: version, proof: proof) }

    fileprivate func speaking(_ version: Int) -> Welcome { changed(version: version, proof: proof) }

    private func changed(version: Int, proof: [UInt8]?) -> Welcome {
        Welcome(
            version: version, session: session, epoch: epoch, chunkByteCount: chunkByteCount,
            connectionCredit: connectionCredit, streamCredit: streamCredit,
            heartbeatMilliseconds: heartbeatMilliseconds, leaseMilliseconds: leaseMilliseconds, proof: proof)
    }
}
