import Cluster
import ClusterMessages
import NIOCore
import NIOPosix
import RenderPipeline
import Tensors
import Testing

extension FarmTests {
    /// Those who are not let in, and those who are and do not deserve it.
    struct HostilePeerTests {
        private func connect(_ endpoint: Endpoint) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
            try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: endpoint.host, port: endpoint.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
        }

        @Test func aWorkerWithAnotherTokenIsTurnedAwayForGood() async throws {
            try await LoopbackFarm.run {
                $0.token = JoinToken("the secret of this farm")
            } _: { farm in
                let stranger = farm.start("stranger", token: JoinToken("the secret of another"))
                let error = await #expect(throws: ClusterError.self) { try await stranger.end.value }
                #expect(error?.kind == .rejected)
                farm.start("friend")
                try await farm.farm.waitForWorkers(1)
                #expect(await farm.farm.statistics.joined == 1)
            }
        }

        @Test func manyStrangersDoNotKeepAWorkerOut() async throws {
            try await LoopbackFarm.run {
                $0.handshakeLimit = .milliseconds(300)
            } _: { farm in
                var strangers: [NIOAsyncChannel<ByteBuffer, ByteBuffer>] = []
                for _ in 0..<100 { strangers.append(try await connect(farm.endpoint)) }
                farm.start("w")
                try await farm.farm.waitForWorkers(1)
                for stranger in strangers { try? await stranger.executeThenClose { _, _ in } }
            }
        }

        /// Byte after byte of what could become a frame.
        @Test func aPeerThatIsSlowOnPurposeIsCutOff() async throws {
            try await LoopbackFarm.run {
                $0.handshakeLimit = .milliseconds(300)
            } _: { farm in
                let connection = try await connect(farm.endpoint)
                let bytes = try WireMessage.drained.frame().encoded
                let sent = Recorded(0)
                try await connection.executeThenClose { inbound, outbound in
                    let drip = Task {
                        for byte in bytes {
                            try await outbound.write(ByteBuffer(bytes: [byte]))
                            sent.change { $0 += 1 }
                            try await Task.sleep(for: .milliseconds(60))
                        }
                    }
                    // A reset is as good as an end.
                    do { for try await _ in inbound {} } catch {}
                    drip.cancel()
                    _ = await drip.result
                }
                #expect((1..<bytes.count).contains(sent.value))
            }
        }

        @Test func whatIsNoFrameIsCutOffAtOnce() async throws {
            try await LoopbackFarm.run {
                // Time alone would not cut it off.
                $0.handshakeLimit = .seconds(3600)
            } _: { farm in
                let connection = try await connect(farm.endpoint)
                try await connection.executeThenClose { inbound, outbound in
                    try await outbound.write(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
                    do { for try await _ in inbound {} } catch {}
                }
            }
        }

        /// The largest numbers that fit the message.
        @Test func creditWithoutMeasureDoesNoHarm() async throws {
            let decode = try await SmallDecode()
            try await LoopbackFarm.run { farm in
                let endpoint = farm.endpoint
                let answered = Gate()
                async let generous: Void = RawPeer.join(endpoint, as: "generous") { peer, message, stream in
                    if case .taskOffer = message {
                        for stream in [0, stream] {
                            for _ in 0..<3 { try await peer.send(.credit(byteCount: .max), stream: stream) }
                        }
                        try await peer.send(.ping(sequence: 1))
                    }
                    // Whatever was sent before it has been dealt with.
                    if case .pong = message {
                        answered.open()
                        return false
                    }
                    return true
                }
                try await farm.farm.waitForWorkers(1)
                async let isRight = decode.isRight(on: farm)
                await answered.pass()
                _ = try? await generous
                farm.start("right")
                #expect(try await isRight)
            }
        }

        /// It is sent everything once more, and not for ever.
        @Test func aWorkerThatAlwaysMissesSomethingIsNotServedForEver() async throws {
            let model = try TestModel.shared
            let latents = model.latents(16, 16)
            let branches = await model.device().encodePrompt("a lighthouse", negative: .absent)
            let expected = await model.device().predictNoise(
                latents, timestep: 501, branches: branches, size: .init(height: 128, width: 128))
            try await LoopbackFarm.run {
                $0.chunkByteCount = FrameLimits.smallestChunk
                $0.streamCredit = FrameLimits.smallestChunk
            } _: { farm in
                let endpoint = farm.endpoint
                let offers = Recorded<[TaskAttempt: [UInt64]]>([:])
                let peer = Task {
                    try await RawPeer.join(endpoint, as: "misses") { peer, message, stream in
                        guard case .taskOffer(let offer) = message else { return true }
                        offers.change { $0[offer.attempt, default: []].append(stream) }
                        try await peer.send(.taskDecline(TaskDecline(offer.attempt, .tensorMissing)), stream: stream)
                        return true
                    }
                }
                try await farm.farm.waitForWorkers(1)
                farm.start("right")
                try await farm.farm.waitForWorkers(2)
                let executor = await farm.executor()
                let predictions = try await executor.predictNoise(
                    latents, timestep: 501, branches: branches, size: .init(height: 128, width: 128))
                #expect(zip(predictions, expected).allSatisfy { $0.hasSameBytes(as: $1) })
                peer.cancel()
                _ = await peer.result
                let streams = offers.value
                #expect(!streams.isEmpty && streams.values.allSatisfy { $0.count <= 2 })
                // Each time on another stream, so that chunks of the first are not taken for those of the second.
                #expect(streams.values.allSatisfy { Set($0).count == $0.count })
            }
        }
    }
}
