import Cluster
import DiffusionModels
import Testing

/// How work is cut up to be shared out.
struct SharingPolicyTests {
    @Test(arguments: [1, 191, 192, 193, 1024, 8649, 16_384, 65_536, 262_144, 1_000_000], [0, 1, 2, 3, 16, 500])
    func stretchesOfAnAttentionAreEven(positions: Int, workers: Int) throws {
        let (unit, longest) = (PositionAttention.unit, PositionAttention.stretch)
        let policy = SharingPolicy()
        let stretches = policy.stretches(of: positions, workers: workers)
        #expect(stretches.first?.lowerBound == 0 && stretches.last?.upperBound == positions)
        #expect(zip(stretches, stretches.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        #expect(stretches.allSatisfy { $0.lowerBound % unit == 0 && (1...longest).contains($0.count) })
        // In units, of which the last one of all may not be whole.
        let lengths = stretches.map { ($0.count + unit - 1) / unit }
        #expect((lengths.max() ?? 0) - (lengths.min() ?? 0) <= 1)
        let wanted = workers * policy.stretchesPerWorker
        let units = (positions + unit - 1) / unit
        #expect(
            stretches.count >= min(wanted, units) && stretches.count <= max(wanted, (positions + longest - 1) / longest)
        )
    }
}
