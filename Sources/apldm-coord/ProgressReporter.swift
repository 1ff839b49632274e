import CommandSupport
import RenderPipeline
import Synchronization

/// Shows how far a render is: one line that is redrawn on a terminal, a line for each part in a log.
final class ProgressReporter: Sendable {
    let times = StageTimes()
    private let plan: RenderPlan
    private let prefix: String
    private let columns: Int?
    private let isQuiet: Bool
    private let estimate: Mutex<ProgressEstimate>
    /// When a log got its last line.
    private let lastLine = Mutex(ContinuousClock.now)
    /// How long a log stays without a line while something is computed.
    private static let longestSilence = Duration.seconds(30)

    /// - Parameters:
    ///   - plan: what is rendered.
    ///   - finishedStages: how many of its stages an earlier run has left finished.
    ///   - label: what its lines begin with; nil for the only picture.
    ///   - isQuiet: whether nothing is shown.
    ///   - isAlone: whether nobody else redraws the terminal's line.
    init(plan: RenderPlan, finishedStages: Int, label: String?, isQuiet: Bool, isAlone: Bool) {
        self.plan = plan
        self.isQuiet = isQuiet
        prefix = label.map { "[\($0)] " } ?? ""
        columns = isAlone ? Console.terminalColumns : nil
        estimate = Mutex(ProgressEstimate(plan: plan, finishedStages: finishedStages))
    }

    func note(_ progress: RenderProgress) {
        let seconds = times.note(progress)
        guard !isQuiet else { return }
        switch progress {
        case .began(let phase):
            if columns != nil { show(phase) }
        case .advanced(let phase, let share):
            guard let seconds = times.secondsSoFar(phase) else { return }
            estimate.withLock { $0.advanced(phase, share: share, seconds: seconds) }
            if columns != nil { show(phase) } else { log(phase, share: share) }
        case .ended(let phase):
            if let seconds { estimate.withLock { $0.ended(phase, seconds: seconds) } }
            if columns != nil { show(phase) } else { log(phase) }
        }
    }

    func finish(path: String, seconds: Double) {
        guard !isQuiet else { return }
        let line = "\(prefix)\(path): \(plan.request.size), \(Self.duration(seconds))"
        if columns != nil { Console.status(line + "\n") } else { Console.error(line) }
    }

    private func show(_ phase: RenderPhase) {
        let (fraction, left) = estimate.withLock { ($0.fraction, $0.secondsLeft) }
        let width = 24
        let filled = Int(fraction * Double(width))
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
        let eta = left.map { ", \(Self.duration($0)) left" } ?? ""
        let line = "\(prefix)[\(bar)] \(Int(fraction * 100))% \(describe(phase))\(eta)"
        Console.status(String(line.prefix((columns ?? 80) - 1)))
    }

    /// In a log: every tenth step of a stage, and every other part.
    private func log(_ phase: RenderPhase) {
        if case .step(let stage, let step) = phase {
            let count = plan.stages[stage].stepCount
            guard (step + 1).isMultiple(of: max(1, count / 10)) || step + 1 == count else { return }
        }
        line("\(describe(phase)) done")
    }

    /// In a log, now and then: how far a long part has come.
    private func log(_ phase: RenderPhase, share: Double) {
        guard lastLine.withLock({ ContinuousClock.now - $0 > Self.longestSilence }) else { return }
        line("\(describe(phase)), \(Int(share * 100))% of it")
    }

    private func line(_ what: String) {
        lastLine.withLock { $0 = .now }
        let (fraction, left) = estimate.withLock { ($0.fraction, $0.secondsLeft) }
        let eta = left.map { ", about \(Self.duration($0)) left" } ?? ""
        Console.error("\(prefix)\(Int(fraction * 100))% \(what)\(eta)")
    }

    private func describe(_ phase: RenderPhase) -> String {
        func stage(_ index: Int) -> String { "stage \(index + 1)/\(plan.stages.count) (\(plan.stages[index].size))" }
        return switch phase {
        case .prompt: "prompt"
        case .upsample(let index): "\(stage(index)) upsampling"
        case .encode(let index): "\(stage(index)) encoding"
        case .step(let index, let step): "\(stage(index)) step \(step + 1)/\(plan.stages[index].stepCount)"
        case .decode(let index): "\(stage(index)) decoding"
        }
    }

    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "a long time" }
        if seconds < 100 { return "\(Double(Int(seconds * 10)) / 10) s" }
        let minutes = Int(seconds) / 60
        return minutes < 100 ? "\(minutes) min \(Int(seconds) % 60) s" : "\(minutes / 60) h \(minutes % 60) min"
    }
}
