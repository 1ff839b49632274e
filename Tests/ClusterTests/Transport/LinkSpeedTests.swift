import Cluster
import Testing

/// How fast a link is believed to be.
struct LinkSpeedTests {
    private let start = ContinuousClock.now

    /// Lets `count` chunks of 256 KiB come, so many a second, one after another.
    private func receive(
        _ speed: inout LinkSpeed, chunks count: Int, perSecond: Double, stream: UInt64 = 2, from seconds: Double = 0
    ) {
        for index in 0..<count {
            speed.received(
                256 << 10, stream: stream, isLast: index == count - 1,
                at: start + .seconds(seconds + Double(index) / perSecond))
        }
    }

    @Test(arguments: [10.0, 400, 4000]) func aLargeTensorTellsIt(perSecond: Double) throws {
        var speed = LinkSpeed()
        #expect(speed.bytesPerSecond == nil)
        receive(&speed, chunks: 20, perSecond: perSecond)
        let found = try #require(speed.bytesPerSecond)
        #expect(abs(found / (perSecond * Double(256 << 10)) - 1) < 1e-3)
    }

    @Test(arguments: [1, 2, 4]) func whatIsSmallTellsNothing(chunks: Int) {
        var speed = LinkSpeed()
        receive(&speed, chunks: chunks, perSecond: 10)
        #expect(speed.bytesPerSecond == nil)
    }

    @Test func idleTimeDoesNotCount() throws {
        var speed = LinkSpeed()
        receive(&speed, chunks: 20, perSecond: 100)
        let first = try #require(speed.bytesPerSecond)
        receive(&speed, chunks: 20, perSecond: 100, stream: 4, from: 3600)
        #expect(abs(try #require(speed.bytesPerSecond) / first - 1) < 1e-3)
    }

    @Test func streamsBesideEachOtherShareTheLink() throws {
        var speed = LinkSpeed()
        for index in 0..<40 {
            speed.received(
                256 << 10, stream: UInt64(index % 2), isLast: index >= 38, at: start + .seconds(Double(index) / 100))
        }
        #expect(abs(try #require(speed.bytesPerSecond) / (100 * Double(256 << 10)) - 1) < 0.1)
    }

    @Test func aChangeIsLearned() throws {
        var speed = LinkSpeed()
        receive(&speed, chunks: 20, perSecond: 400)
        for round in 1...20 {
            receive(&speed, chunks: 20, perSecond: 40, stream: UInt64(2 + round), from: Double(10 * round))
        }
        #expect(abs(try #require(speed.bytesPerSecond) / (40 * Double(256 << 10)) - 1) < 0.02)
    }
}
