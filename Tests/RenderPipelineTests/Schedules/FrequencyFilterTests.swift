import RenderPipeline
import Testing

@Suite("Windows of the frequency filter")
struct FrequencyFilterTests {
    @Test("windows are exact", arguments: GuidanceFixtures.all.windows)
    func recorded(_ fixture: GuidanceFixtures.Windows) throws {
        let windows = try fixture.filter.windows(
            count: fixture.N, size: Extent(height: fixture.h, width: fixture.w))
        #expect(windows.map { [$0.rows, $0.columns] } == fixture.windows)
    }

    @Test("every kind is recorded", arguments: FrequencyFilter.Kind.allCases)
    func coverage(kind: FrequencyFilter.Kind) {
        #expect(GuidanceFixtures.all.windows.contains { $0.filter.kind == kind })
    }

    @Test("no guided step needs no window", arguments: FrequencyFilter.Kind.allCases)
    func none(kind: FrequencyFilter.Kind) throws {
        let size = Extent(height: 32, width: 48)
        #expect(try FrequencyFilter(kind: kind, start: 0.5).windows(count: 0, size: size).isEmpty)
    }

    @Test("an exponential window that starts empty is refused, the others are not")
    func emptyStart() throws {
        let size = Extent(height: 64, width: 12)
        #expect(throws: RequestError.self) {
            try FrequencyFilter(kind: .exponential, start: 0.1).windows(count: 4, size: size)
        }
        let linear = try FrequencyFilter(kind: .linear, start: 0.1).windows(count: 4, size: size)
        #expect(linear.first?.columns == 0)
    }

    @Test("a start outside the window is refused", arguments: [-0.1, 1.1, .nan])
    func refused(start: Double) {
        #expect(throws: RequestError.self) {
            try FrequencyFilter(kind: .linear, start: start).windows(count: 4, size: Extent(height: 8, width: 8))
        }
    }
}
