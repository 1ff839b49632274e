import Cluster
import Testing

/// What a receiver gives back for what it took in.
struct CreditLedgerTests {
    private struct Credit: Hashable {
        let stream: UInt64
        let byteCount: Int
    }

    private func consume(
        _ ledger: inout CreditLedger, _ byteCount: Int, stream: UInt64, isLast: Bool = false
    ) -> [Credit] {
        ledger.consumed(byteCount, stream: stream, isLast: isLast).map {
            Credit(stream: $0.stream, byteCount: $0.byteCount)
        }
    }

    @Test func halfAWindowIsGivenBackAtOnce() {
        var ledger = CreditLedger(connectionWindow: 1000, streamWindow: 100)
        #expect(consume(&ledger, 49, stream: 1).isEmpty)
        #expect(consume(&ledger, 1, stream: 1) == [Credit(stream: 1, byteCount: 50)])
        #expect(consume(&ledger, 49, stream: 1).isEmpty)
        #expect(consume(&ledger, 30, stream: 1) == [Credit(stream: 1, byteCount: 79)])
    }

    @Test func theConnectionCountsAllStreams() {
        var ledger = CreditLedger(connectionWindow: 100, streamWindow: 1000)
        #expect(consume(&ledger, 30, stream: 1).isEmpty)
        #expect(consume(&ledger, 30, stream: 2, isLast: true) == [Credit(stream: 0, byteCount: 60)])
        #expect(consume(&ledger, 49, stream: 3).isEmpty)
    }

    @Test func aStreamThatEndedGetsNothingAndBeginsAnew() {
        var ledger = CreditLedger(connectionWindow: 1 << 20, streamWindow: 100)
        #expect(consume(&ledger, 40, stream: 1).isEmpty)
        #expect(consume(&ledger, 90, stream: 1, isLast: true).isEmpty)
        #expect(consume(&ledger, 49, stream: 1).isEmpty)
    }

    /// A stream that was cancelled never ends.
    @Test func streamsThatNeverEndDoNotPileUp() {
        var ledger = CreditLedger(connectionWindow: 1 << 30, streamWindow: 1000)
        for stream in UInt64(1)...10_000 { _ = consume(&ledger, 10, stream: stream) }
        #expect(ledger.streamCount == CreditLedger.streamLimit)
        // The latest are the ones that are remembered.
        #expect(consume(&ledger, 490, stream: 10_000) == [Credit(stream: 10_000, byteCount: 500)])
    }

    /// Nothing is lost and nothing is given twice, so that a sender with these windows never stops for good.
    @Test(arguments: UInt64(0)..<20)
    func aSenderNeverStopsForGood(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let (window, streamWindow) = (64 << 10, 16 << 10)
        var ledger = CreditLedger(connectionWindow: window, streamWindow: streamWindow)
        var (connection, stream) = (window, streamWindow)
        for _ in 0..<2000 {
            // A sender may send a whole chunk as long as any credit is left.
            #expect(connection > 0 && stream > 0)
            let chunk = Int.random(in: 1...4096, using: &generator)
            connection -= chunk
            stream -= chunk
            for credit in consume(&ledger, chunk, stream: 7) {
                if credit.stream == 0 { connection += credit.byteCount } else { stream += credit.byteCount }
            }
            #expect(connection <= window && stream <= streamWindow)
        }
    }
}
