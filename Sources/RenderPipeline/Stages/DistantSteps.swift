import Synchronization

/// The steps of a stage that is denoised elsewhere, told to whoever watches the render: each begins when the one before
/// it has ended.
final class DistantSteps: Sendable {
    private let stage: Int
    private let count: Int
    private let observer: RenderObserver
    /// Steps that have ended; nil before the first one begins.
    private let ended = Mutex<Int?>(nil)

    init(stage: Int, count: Int, _ observer: RenderObserver) {
        self.stage = stage
        self.count = count
        self.observer = observer
    }

    /// Tells of all steps up to a share of them, 0...1, that were not told of before.
    @Sendable func reach(_ share: Double) {
        // Shares are whole steps over their number, give or take a rounding.
        let reached = Int((share * Double(count) + 1e-6).rounded(.down))
        ended.withLock { ended in
            if ended == nil { observer.progress(.began(.step(stage: stage, step: 0))) }
            for step in (ended ?? 0)..<max(ended ?? 0, min(reached, count)) {
                observer.progress(.ended(.step(stage: stage, step: step)))
                if step + 1 < count { observer.progress(.began(.step(stage: stage, step: step + 1))) }
            }
            ended = max(ended ?? 0, min(reached, count))
        }
    }
}
