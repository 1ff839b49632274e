/// How much of a render is done and how long the rest will take, learned from what its parts took so far.
public struct ProgressEstimate: Sendable {
    private var remaining: [RenderPhase: Double] = [:]
    /// The parts in their order; those before ``next`` are done or under way.
    private let order: [RenderPhase]
    private var places: [RenderPhase: Int] = [:]
    private var next = 0
    private let total: Double
    private var spent: [Kind: (cost: Double, seconds: Double)] = [:]
    /// The part that is under way, how much of it is done, and the seconds it has taken.
    private var current: (phase: RenderPhase, share: Double, seconds: Double)?

    private enum Kind: Hashable {
        case prompt, upsample, encode, step, decode

        /// What a latent cell costs relative to a UNet pass; only the ratios matter, and only until measured.
        var costPerCell: Double {
            switch self {
            case .prompt, .upsample: 0.02
            case .encode: 0.7
            case .step: 1
            case .decode: 1.4
            }
        }
    }

    /// - Parameters:
    ///   - plan: what will be rendered.
    ///   - finishedStages: how many of its stages an earlier run has left finished.
    public init(plan: RenderPlan, finishedStages: Int = 0) {
        let phases = plan.phases(after: finishedStages)
        order = phases.map(\.0)
        for (place, (phase, cells)) in phases.enumerated() {
            remaining[phase] = Double(cells) * Self.kind(phase).costPerCell
            places[phase] = place
        }
        total = remaining.values.reduce(0, +)
    }

    /// Takes note of how far a part has come.
    public mutating func advanced(_ phase: RenderPhase, share: Double, seconds: Double) {
        skip(to: phase)
        current = (phase, min(max(share, 0), 1), seconds)
    }

    /// Takes note of a part that has ended.
    public mutating func ended(_ phase: RenderPhase, seconds: Double) {
        current = nil
        skip(to: phase)
        guard let cost = remaining.removeValue(forKey: phase) else { return }
        let before = spent[Self.kind(phase)] ?? (0, 0)
        spent[Self.kind(phase)] = (before.cost + cost, before.seconds + seconds)
    }

    /// Takes what comes before a part for done: a run that goes on from a checkpoint begins in the middle.
    private mutating func skip(to phase: RenderPhase) {
        guard let place = places[phase], place > next else { return }
        for skipped in order[next..<place] { remaining[skipped] = nil }
        next = place
    }

    /// The share of the work that is done, 0...1.
    public var fraction: Double {
        let done = current.map { (remaining[$0.phase] ?? 0) * $0.share } ?? 0
        return total > 0 ? 1 - (remaining.values.reduce(0, +) - done) / total : 1
    }

    /// Seconds until the end; nil before the first step has ended.
    public var secondsLeft: Double? {
        guard let steps = spent[.step], steps.cost > 0 else { return nil }
        return remaining.reduce(0) { sum, part in
            // A part of which something is done tells best how long its rest takes.
            if let current, current.phase == part.key, current.share > 0 {
                return sum + current.seconds * (1 - current.share) / current.share
            }
            let known = spent[Self.kind(part.key)] ?? steps
            return sum + part.value * known.seconds / known.cost
        }
    }

    private static func kind(_ phase: RenderPhase) -> Kind {
        switch phase {
        case .prompt: .prompt
        case .upsample: .upsample
        case .encode: .encode
        case .step: .step
        case .decode: .decode
        }
    }
}

extension RenderPlan {
    /// Every part of the work that is left after some stages, with the number of latent cells that it covers; of windows
    /// that overlap, the cells of all of them.
    func phases(after finishedStages: Int) -> [(RenderPhase, cells: Int)] {
        guard finishedStages < stages.count else { return [] }
        var phases: [(RenderPhase, cells: Int)] = [(.prompt, stages[0].latents.area)]
        for (index, stage) in stages.enumerated().dropFirst(finishedStages) {
            let cells = stage.latents.area
            if stage.refines { phases += [(.upsample(stage: index), cells), (.encode(stage: index), cells)] }
            let passed = stage.windows.map { $0.count * $0.window.area } ?? cells
            phases += (0..<stage.stepCount).map { (.step(stage: index, step: $0), passed) }
            phases.append((.decode(stage: index), cells))
        }
        return phases
    }
}
