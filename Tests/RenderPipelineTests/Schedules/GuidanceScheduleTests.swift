import RenderPipeline
import Testing

@Suite("Strength of attentive guidance")
struct GuidanceScheduleTests {
    @Test("γ of every step agrees", arguments: GuidanceFixtures.all.gamma)
    func recorded(_ fixture: GuidanceFixtures.Gamma) throws {
        let schedule = try GuidanceSchedule(scale: fixture.ag.scale, form: fixture.ag.form, samplerSteps: fixture.T)
        #expect(schedule.steps.map(\.index) == fixture.steps.map { Int($0[0]) })
        for (step, expected) in zip(schedule.steps, fixture.steps) {
            #expect(abs(Double(step.gamma) - expected[1]) <= 1e-9 + 1e-5 * abs(expected[1]), "step \(step.index)")
        }
    }

    @Test("both forms are recorded")
    func coverage() {
        #expect(GuidanceFixtures.all.gamma.contains { if case .paper = $0.ag.form { true } else { false } })
        #expect(GuidanceFixtures.all.gamma.contains { if case .official = $0.ag.form { true } else { false } })
    }

    @Test("γ of an unguided step is nil")
    func unguided() throws {
        let schedule = try GuidanceSchedule(
            scale: 0.01, form: .official(density: .stretches([1, 0]), decay: nil), samplerSteps: 4)
        #expect((0..<4).map { schedule.gamma(afterStep: $0) } == [nil, nil, 0.01, 0.01])
    }

    @Test("a scale of zero or less guides nothing", arguments: [0, -1.0])
    func off(scale: Double) throws {
        let schedule = try GuidanceSchedule(
            scale: scale, form: .official(density: .stretches([0]), decay: nil), samplerSteps: 4)
        #expect(schedule.steps.isEmpty)
    }

    @Test("γ falls no lower than the minimum")
    func minimum() throws {
        let decay = GuidanceDecay(kind: .exponential, minimum: 0.25, factor: 0.5)
        let schedule = try GuidanceSchedule(
            scale: 1, form: .official(density: .all, decay: decay), samplerSteps: 5)
        #expect(schedule.steps.map(\.gamma) == [1, 0.5, 0.25, 0.25, 0.25])
    }

    @Test(
        "what cannot be followed is refused",
        arguments: [
            (.official(density: .stretches([1, 1, 1]), decay: nil), "--attn-guidance-density"),
            (.official(density: .stretches([]), decay: nil), "--attn-guidance-density"),
            (.official(density: .stretches([0, 0]), decay: nil), "--attn-guidance-density"),
            (.official(density: .stretches([2, 0]), decay: nil), "--attn-guidance-density"),
            (.official(density: .stretches([.nan, 0]), decay: nil), "--attn-guidance-density"),
            (
                .official(density: .all, decay: GuidanceDecay(kind: .linear, minimum: 0, factor: -1)),
                "--attn-guidance-decay"
            ),
            (
                .official(density: .all, decay: GuidanceDecay(kind: .linear, minimum: .nan, factor: 1)),
                "--attn-guidance-decay"
            ),
            (
                .official(density: .all, decay: GuidanceDecay(kind: .exponential, minimum: 0, factor: 1e9)),
                "--attn-guidance-decay"
            ),
            (.paper(delay: 1.5, exponent: 3), "--eta1"), (.paper(delay: .nan, exponent: 3), "--eta1"),
            (.paper(delay: 0.06, exponent: -1), "--beta"), (.paper(delay: 0.06, exponent: .infinity), "--beta"),
        ] as [(GuidanceForm, String)])
    func refused(form: GuidanceForm, option: String) {
        let error = #expect(throws: RequestError.self) {
            try GuidanceSchedule(scale: 0.004, form: form, samplerSteps: 10)
        }
        #expect(error?.option == option)
    }

    @Test("a scale that is no number is refused", arguments: [Double.nan, .infinity])
    func refusedScale(scale: Double) {
        #expect(throws: RequestError.self) {
            try GuidanceSchedule(scale: scale, form: .paper(delay: 0.06, exponent: 3), samplerSteps: 10)
        }
    }
}
