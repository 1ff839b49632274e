import ClusterMessages
import Testing

@Suite("Proofs of the join token")
struct JoinProofTests {
    private static let token = Array("a token".utf8)
    private static let challenge = Challenge(nonce: Array(0..<32))

    private static func hello(node: String = "w1", role: NodeRole = .worker, nonce: UInt8 = 1) -> Hello {
        Hello(versions: 1...1, node: node, role: role, software: "", nonce: Array(repeating: nonce, count: 32))
    }

    @Test("hold for the node, the role, the nonces, the direction and the token they were made for, and no others")
    func binding() {
        let code = JoinProof.node.code(token: Self.token, hello: Self.hello(), challenge: Self.challenge)
        func holds(
            _ proof: JoinProof = .node, token: [UInt8] = Self.token, hello: Hello = Self.hello(),
            challenge: Challenge = Self.challenge
        ) -> Bool { proof.isValid(code, token: token, hello: hello, challenge: challenge) }
        #expect(code.count == JoinProof.byteCount && holds())
        #expect(!holds(.coordinator))
        #expect(!holds(token: Array("another".utf8)))
        #expect(
            !holds(hello: Self.hello(node: "w2")) && !holds(hello: Self.hello(role: .admin))
                && !holds(hello: Self.hello(nonce: 2)))
        #expect(!holds(challenge: Challenge(nonce: Array(repeating: 9, count: 32))))
        #expect(!JoinProof.node.isValid([], token: Self.token, hello: Self.hello(), challenge: Self.challenge))
    }

    @Test("a digest reads back what it writes, and nothing else")
    func hexadecimal() throws {
        let digest = ContentDigest(of: Array("abc".utf8))
        #expect(digest.hexadecimal == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(ContentDigest(hexadecimal: digest.hexadecimal) == digest)
        for text in [
            "", "ab", String(repeating: "g", count: 64), String(repeating: "é", count: 32), digest.hexadecimal + "0",
        ] {
            #expect(ContentDigest(hexadecimal: text) == nil)
        }
    }
}
