import Tensors
import Testing

@Suite("Moments of groups of channels")
struct GroupMomentsTests {
    private static let groups = 2
    /// Much brighter above than below.
    private static let picture: Tensor = {
        var picture = Tensor.seeded([1, 20, 9, 6], seed: 1, in: -1...1)
        picture.place(.seeded([1, 10, 9, 6], seed: 2, in: 3...6), top: 0, left: 0)
        return picture
    }()

    private static func moments(of picture: Tensor, on backend: any ComputeBackend) -> [GroupMoments] {
        backend.groupMoments(picture, groups: groups)
    }

    /// The moments of horizontal strips that begin at `tops`, merged group by group.
    private static func merged(tops: [Int], on backend: any ComputeBackend) -> [GroupMoments] {
        let parts = zip(tops, tops.dropFirst() + [picture.shape[1]]).map { top, bottom in
            moments(
                of: picture.cropped(top: top, left: 0, height: bottom - top, width: picture.shape[2]), on: backend)
        }
        return (0..<groups).map { group in GroupMoments.merged(parts.map { $0[group] }) }
    }

    @Test(
        "those of the parts, merged, are those of the whole",
        arguments: BackendUnderTest.all, [[0], [0, 10], [0, 1], [0, 7, 13], Array(0..<20)])
    func merging(_ backend: BackendUnderTest, _ tops: [Int]) {
        let backend = backend.make(1)
        for (whole, merged) in zip(
            Self.moments(of: Self.picture, on: backend), Self.merged(tops: tops, on: backend))
        {
            #expect(merged.count == whole.count)
            #expect(abs(merged.mean - whole.mean) < 1e-14 * abs(whole.mean))
            #expect(abs(merged.squaredDeviations - whole.squaredDeviations) < 1e-13 * whole.squaredDeviations)
        }
    }

    @Test("a mean of the parts' variances is not the variance of the whole")
    func averaging() {
        let backend = CPUBackend(threads: 1)
        let whole = Self.moments(of: Self.picture, on: backend)
        let above = Self.moments(of: Self.picture.cropped(top: 0, left: 0, height: 10, width: 9), on: backend)
        let below = Self.moments(of: Self.picture.cropped(top: 10, left: 0, height: 10, width: 9), on: backend)
        for group in 0..<Self.groups {
            let average = (above[group].variance + below[group].variance) / 2
            #expect(average < 0.3 * whole[group].variance)
            let merged = GroupMoments.merged([above[group], below[group]]).variance
            #expect(abs(merged / whole[group].variance - 1) < 1e-13)
        }
    }

    @Test("parts that are normalised with merged moments are parts of the whole", arguments: BackendUnderTest.all)
    func parts(_ backend: BackendUnderTest) {
        let backend = backend.make(1)
        let norm = GroupNorm(
            weight: .seeded([6], seed: 3), bias: .seeded([6], seed: 4), groups: Self.groups, epsilon: 1e-6)
        let whole = backend.groupNorm(Self.picture, norm, activation: .silu)
        let merged = Self.merged(tops: [0, 4, 15], on: backend)
        for (top, height) in [(0, 4), (4, 11), (15, 5)] {
            let part = Self.picture.cropped(top: top, left: 0, height: height, width: 9)
            let normalized = backend.groupNorm(part, norm, moments: merged, activation: .silu)
            let expected = whole.cropped(top: top, left: 0, height: height, width: 9).doubles
            #expect(Outcome(normalized).error(against: expected).relative < 2e-7)
        }
    }

    @Test("a group of one value has no deviations", arguments: BackendUnderTest.all)
    func constant(_ backend: BackendUnderTest) {
        for moments in backend.make(1).groupMoments(Tensor(shape: [1, 30, 40, 8], repeating: 0.1), groups: 4) {
            #expect(moments.count == 2400)
            #expect(abs(moments.mean - Double(Float(0.1))) < 1e-15)
            #expect((0...1e-12).contains(moments.squaredDeviations))
        }
    }
}
