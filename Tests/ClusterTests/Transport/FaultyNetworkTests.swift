import Cluster
import ClusterMessages
import Testing

extension FarmTests {
    /// A worker behind a network that slows down, cuts, drops and damages what it carries.
    struct FaultyNetworkTests {
        /// What is done, which way, and whether the worker has to connect once more.
        struct Fault: Sendable, CustomTestStringConvertible {
            let toxic: Toxic
            let direction: FaultProxy.Direction
            let breaks: Bool
            var testDescription: String { "\(toxic) \(direction)" }

            static let all = FaultProxy.Direction.allCases.flatMap { direction in
                harmless.map { Fault(toxic: $0, direction: direction, breaks: false) }
                    + breaking.map { Fault(toxic: $0, direction: direction, breaks: true) }
            }

            private static let harmless: [Toxic] = [
                .latency(milliseconds: 5), .bandwidth(bytesPerSecond: 4 << 20), .slicer(byteCount: 97),
            ]
            // Within the handshake, at its end, and among the tasks.
            private static let breaking: [Toxic] = [40, 150, 6000].flatMap {
                [.limitData(byteCount: $0), .reset(byteCount: $0), .timeout(byteCount: $0), .corrupt(byte: $0)]
            }
        }

        @Test(arguments: Fault.all)
        func aPictureIsRightWhateverTheNetworkDoes(fault: Fault) async throws {
            let decode = try await SmallDecode()
            try await LoopbackFarm.run {
                $0.token = JoinToken("a secret of this farm")
                // Short where the test has to wait for them to run out; a busy host must not do so by itself.
                if fault.breaks {
                    $0.heartbeat = .milliseconds(100)
                    $0.handshakeLimit = .milliseconds(500)
                }
            } _: { farm in
                try await FaultProxy.run(to: farm.endpoint, fault.toxic, fault.direction) { proxy in
                    farm.start("far", through: proxy.endpoint)
                    try await farm.farm.waitForWorkers(1)
                    #expect(try await decode.isRight(on: farm))
                    #expect(fault.breaks ? proxy.connections >= 2 : proxy.connections == 1)
                    #expect(await farm.farm.statistics.nondeterminism == 0)
                }
            }
        }
    }
}
