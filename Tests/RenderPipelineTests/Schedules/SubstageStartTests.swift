import RenderPipeline
import Testing

@Suite("Where a sub-stage starts")
struct SubstageStartTests {
    @Test("starts are exact", arguments: SizeFixtures.all.starts)
    func recorded(_ fixture: SizeFixtures.Start) throws {
        let start = try #require(fixture.init_rate.map(SubstageStart.initRate) ?? fixture.eta2.map(SubstageStart.eta2))
        #expect(try start.index(steps: fixture.T) == fixture.start)
    }

    @Test("a rate is truncated as a double product, a fraction run is rounded")
    func rounding() throws {
        #expect(try SubstageStart.initRate(0.58).index(steps: 50) == 28)
        #expect(try SubstageStart.eta2(0.42).index(steps: 50) == 29)
        #expect(try SubstageStart.eta2(0.2).index(steps: 50) == 40)
    }

    @Test(
        "fractions that leave no step are refused",
        arguments: [.initRate(1), .initRate(-0.1), .initRate(.nan), .eta2(0), .eta2(1.1), .eta2(0.001), .eta2(.nan)]
            as [SubstageStart])
    func refused(_ start: SubstageStart) {
        #expect(throws: RequestError.self) { try start.index(steps: 50) }
    }

    @Test("zero steps leave no step, whatever the rate")
    func noSteps() {
        #expect(throws: RequestError.self) { try SubstageStart.initRate(0).index(steps: 0) }
    }

    @Test(
        "larger requests get more sub-stages",
        arguments: [(1, 1), (4, 1), (8, 1), (8.1, 2), (16, 2), (17, 3), (64, 3), (65, 4), (256, 4)])
    func defaults(ratio: Double, count: Int) {
        let starts = SubstageStart.defaults(areaRatio: ratio)
        #expect(starts.count == count)
        #expect(starts.last == .eta2(0.2))
        #expect(starts.first == .eta2(count == 1 ? 0.2 : 0.1))
    }
}
