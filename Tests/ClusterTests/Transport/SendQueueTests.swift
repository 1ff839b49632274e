import Cluster
import ClusterMessages
import Tensors
import Testing

/// The order in which a connection sends what waits.
struct SendQueueTests {
    private static let chunk = FrameLimits.smallestChunk

    /// A tensor of so many chunks of the smallest size.
    private func tensor(chunks: Int) throws -> TensorEncoder {
        try TensorEncoder(
            Tensor(shape: [chunks, Self.chunk / 4]), chunkByteCount: Self.chunk, compression: .never)
    }

    private func ping(_ sequence: UInt64) throws -> Frame { try WireMessage.ping(sequence: sequence).frame() }

    /// Takes out what may go, as a word for each: a frame is its type, a chunk is stream, tensor and index.
    private func take(_ queue: inout SendQueue, atMost limit: Int = 100) throws -> [String] {
        var words: [String] = []
        while words.count < limit, let item = queue.next() {
            switch item {
            case .frame(let frame): words.append("\(frame.type)")
            case .chunk(let encoder, let index, let tensor, let stream, let isLast):
                queue.spent(try encoder.chunk(index, ofTensor: tensor).payload.count, stream: stream)
                words.append("\(stream):\(tensor).\(index)" + (isLast ? "!" : ""))
            }
        }
        return words
    }

    @Test func messagesOvertakeChunksAndKeepTheirOrder() throws {
        var queue = SendQueue(connectionCredit: 1 << 20, streamCredit: 1 << 20)
        queue.add([try tensor(chunks: 3)], stream: 1)
        #expect(try take(&queue, atMost: 1) == ["1:0.0"])
        queue.add(try ping(1))
        queue.add(try WireMessage.drained.frame())
        #expect(try take(&queue) == ["ping", "message", "1:0.1", "1:0.2!"])
        #expect(queue.isEmpty)
    }

    @Test func messagesCanBeTakenWithoutTheChunks() throws {
        var queue = SendQueue(connectionCredit: 1 << 20, streamCredit: 1 << 20)
        queue.add(try ping(1))
        queue.add([try tensor(chunks: 1)], stream: 1)
        queue.add(try WireMessage.drained.frame())
        #expect(queue.takeMessages().map(\.header.type) == [.ping, .message])
        #expect(queue.takeMessages().isEmpty)
        #expect(try take(&queue) == ["1:0.0!"])
    }

    @Test func tensorsComeInTheOrderInWhichTheyAreNeeded() throws {
        var queue = SendQueue(connectionCredit: 1 << 20, streamCredit: 1 << 20)
        queue.add([try tensor(chunks: 3)], stream: 1)
        queue.add([try tensor(chunks: 1), try tensor(chunks: 2)], stream: 2)
        #expect(try take(&queue, atMost: 2) == ["1:0.0", "1:0.1"])
        queue.add([try tensor(chunks: 2)], stream: 3)
        #expect(try take(&queue) == ["1:0.2!", "2:0.0", "2:1.0", "2:1.1!", "3:0.0", "3:0.1!"])
    }

    @Test func filesTakeTurnsWithTensors() throws {
        var queue = SendQueue(connectionCredit: 1 << 20, streamCredit: 1 << 20)
        queue.add([try tensor(chunks: 4)], stream: 1, isFile: true)
        queue.add([try tensor(chunks: 2)], stream: 2)
        #expect(try take(&queue, atMost: 3) == ["2:0.0", "1:0.0", "2:0.1!"])
        queue.add([try tensor(chunks: 1)], stream: 3)
        queue.add([try tensor(chunks: 2)], stream: 4, isFile: true)
        #expect(try take(&queue) == ["1:0.1", "3:0.0!", "1:0.2", "1:0.3!", "4:0.0", "4:0.1!"])
    }

    @Test func aFileGoesOnWhileTensorsWaitForCreditAndTheOtherWayRound() throws {
        var queue = SendQueue(connectionCredit: 1 << 20, streamCredit: 2 * Self.chunk)
        queue.add([try tensor(chunks: 3)], stream: 1)
        queue.add([try tensor(chunks: 4)], stream: 2, isFile: true)
        #expect(try take(&queue) == ["1:0.0", "2:0.0", "1:0.1", "2:0.1"])
        queue.credit(2 * Self.chunk, stream: 2)
        #expect(try take(&queue) == ["2:0.2", "2:0.3!"])
        queue.credit(Self.chunk, stream: 1)
        #expect(try take(&queue) == ["1:0.2!"])
    }

    @Test func theEndIsMarkedOnTheLastChunkOfTheLastTensorAlone() throws {
        var queue = SendQueue(connectionCredit: 1 << 20, streamCredit: 1 << 20)
        queue.add([try tensor(chunks: 1), try tensor(chunks: 1)], stream: 9)
        #expect(try take(&queue) == ["9:0.0", "9:1.0!"])
    }

    @Test func aStreamWithoutCreditWaitsAndOthersGoOn() throws {
        var queue = SendQueue(connectionCredit: 1 << 20, streamCredit: Self.chunk)
        queue.add([try tensor(chunks: 3)], stream: 1)
        queue.add([try tensor(chunks: 1)], stream: 2)
        #expect(try take(&queue) == ["1:0.0", "2:0.0!"])
        #expect(try take(&queue).isEmpty && !queue.isEmpty)
        queue.credit(Self.chunk, stream: 1)
        #expect(try take(&queue) == ["1:0.1"])
        queue.credit(2 * Self.chunk, stream: 1)
        #expect(try take(&queue) == ["1:0.2!"])
    }

    @Test func withoutCreditOfTheConnectionOnlyMessagesGo() throws {
        var queue = SendQueue(connectionCredit: 2 * Self.chunk, streamCredit: 1 << 20)
        queue.add([try tensor(chunks: 2)], stream: 1)
        queue.add([try tensor(chunks: 2)], stream: 2)
        #expect(try take(&queue) == ["1:0.0", "1:0.1!"])
        // Credit of a stream is none of the connection's.
        queue.credit(1 << 20, stream: 2)
        queue.add(try ping(1))
        #expect(try take(&queue) == ["ping"])
        queue.credit(Self.chunk, stream: 0)
        #expect(try take(&queue) == ["2:0.0"])
        queue.credit(Self.chunk, stream: 0)
        #expect(try take(&queue) == ["2:0.1!"])
    }

    @Test func aDroppedStreamSendsNothingMoreAndTheOthersDo() throws {
        var queue = SendQueue(connectionCredit: 1 << 20, streamCredit: 1 << 20)
        for stream in UInt64(1)...3 { queue.add([try tensor(chunks: 2)], stream: stream) }
        #expect(try take(&queue, atMost: 1) == ["1:0.0"])
        queue.drop(stream: 1)
        #expect(try take(&queue) == ["2:0.0", "2:0.1!", "3:0.0", "3:0.1!"])
        #expect(queue.isEmpty)
        // Credit for what is gone changes nothing.
        queue.credit(Self.chunk, stream: 1)
        #expect(try take(&queue).isEmpty)
    }

    @Test func aClosedQueueTakesNothingMoreAndSendsWhatWaits() throws {
        var queue = SendQueue(connectionCredit: 1 << 20, streamCredit: 1 << 20)
        queue.add(try ping(1))
        queue.add([try tensor(chunks: 1)], stream: 1)
        queue.close()
        queue.add(try ping(2))
        queue.add([try tensor(chunks: 1)], stream: 2)
        #expect(try take(&queue) == ["ping", "1:0.0!"])
        #expect(queue.isEmpty)
    }

    @Test(arguments: [UInt64(0), 1])
    func muchCreditDoesNotOverflow(stream: UInt64) throws {
        var queue = SendQueue(connectionCredit: 1 << 20, streamCredit: 1 << 20)
        queue.add([try tensor(chunks: 2)], stream: 1)
        for _ in 0..<3 { queue.credit(.max, stream: stream) }
        #expect(try take(&queue) == ["1:0.0", "1:0.1!"])
    }
}
