import Synchronization

/// Adds up what each part of a render took.
public final class StageTimes: Sendable {
    /// The seconds of one stage.
    public struct Stage: Sendable, Hashable, Codable {
        /// Bicubic upsampling to its size.
        public var upsample = 0.0
        /// Encoding the picture it starts from.
        public var encode = 0.0
        /// All steps of its sampler.
        public var denoise = 0.0
        /// Decoding its latents.
        public var decode = 0.0

        /// Nothing has taken any time yet.
        public init() {}
    }

    fileprivate struct State {
        var began: [RenderPhase: ContinuousClock.Instant] = [:]
        var prompt = 0.0
        var stages: [Stage] = []
    }

    private let state = Mutex(State())

    /// Nothing measured yet.
    public init() {}

    /// The seconds that encoding the prompts took.
    public var prompt: Double { state.withLock { $0.prompt } }

    /// The seconds of every stage up to the last of which a part has ended.
    public var stages: [Stage] { state.withLock { $0.stages } }

    /// The seconds since a part began; nil when it is not under way.
    public func secondsSoFar(_ phase: RenderPhase) -> Double? {
        state.withLock { $0.began[phase] }.map { (ContinuousClock.now - $0) / .seconds(1) }
    }

    /// Takes note of something that has begun or ended.
    ///
    /// - Returns: the seconds that a phase took; nil when it has only begun, or ended without having begun.
    @discardableResult
    public func note(_ progress: RenderProgress) -> Double? {
        let now = ContinuousClock.now
        return state.withLock { state -> Double? in
            switch progress {
            case .began(let phase):
                state.began[phase] = now
                return nil
            case .advanced: return nil
            case .ended(let phase):
                guard let start = state.began.removeValue(forKey: phase) else { return nil }
                let seconds = (now - start) / .seconds(1)
                state.add(seconds, to: phase)
                return seconds
            }
        }
    }
}

extension StageTimes.State {
    fileprivate mutating func add(_ seconds: Double, to phase: RenderPhase) {
        switch phase {
        case .prompt: prompt += seconds
        case .upsample(let stage): add(seconds, stage, \.upsample)
        case .encode(let stage): add(seconds, stage, \.encode)
        case .step(let stage, _): add(seconds, stage, \.denoise)
        case .decode(let stage): add(seconds, stage, \.decode)
        }
    }

    private mutating func add(
        _ seconds: Double, _ stage: Int, _ part: WritableKeyPath<StageTimes.Stage, Double>
    ) {
        while stages.count <= stage { stages.append(StageTimes.Stage()) }
        stages[stage][keyPath: part] += seconds
    }
}
