import CommandSupport
import RenderPipeline
import Synchronization
import Tensors

/// The pictures of one call: one after another, or, where other hosts take part, several at a time.
struct PictureBatch: Sendable {
    let plans: [RenderPlan]
    /// What each PNG says of itself.
    let texts: [[PNGText]]
    let paths: OutputPaths
    /// Where the finished stages of each are kept.
    let folders: [StageFolder]?
    let inputs: RenderInputs
    let stages: StageOptions
    let dump: TensorDump?
    let isQuiet: Bool
    let interruption: Interruption

    /// A picture that is written.
    struct Outcome: Sendable {
        let digest: String
        let times: StageTimes
        let seconds: Double
    }

    /// Renders and writes all.
    ///
    /// - Parameters:
    ///   - limit: so many at a time.
    ///   - beginning: what a picture is rendered with, and what is called after it.
    /// - Returns: what came of each, in their order.
    /// - Throws: what keeps one of them from being rendered or written; the others are given up then.
    func render(
        atOnce limit: Int,
        beginning: @escaping @Sendable () async -> (executor: any Executor, end: @Sendable () async -> Void)
    ) async throws -> [Outcome] {
        let written = WrittenCount()
        // What one picture leaves of memory serves the next.
        return try await TensorMemory.reusing {
            try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
                var outcomes = [Outcome?](repeating: nil, count: plans.count)
                for index in plans.indices {
                    if index >= limit, let (done, outcome) = try await group.next() { outcomes[done] = outcome }
                    try Task.checkCancellation()
                    group.addTask {
                        let (executor, end) = await beginning()
                        do {
                            let outcome = try await render(
                                index, Renderer(executor: executor), isAlone: limit == 1, written: written)
                            await end()
                            return (index, outcome)
                        } catch {
                            await end()
                            throw error
                        }
                    }
                }
                for try await (done, outcome) in group { outcomes[done] = outcome }
                return outcomes.compactMap(\.self)
            }
        }
    }

    /// One picture.
    private func render(
        _ index: Int, _ renderer: Renderer, isAlone: Bool, written: WrittenCount
    ) async throws -> Outcome {
        let plan = plans[index]
        let folder = folders?[index]
        interruption.note(outlook: stages.outlook(folder, finished: written.value, of: plans.count))
        var inputs = inputs
        inputs.finished = try folder?.lastStage()
        let progress = ProgressReporter(
            plan: plan, finishedStages: folder?.finishedCount ?? 0,
            label: plans.count > 1 ? "\(index + 1)/\(plans.count)" : nil, isQuiet: isQuiet, isAlone: isAlone)
        var observer = RenderObserver(progress: progress.note)
        if let dump { observer.record = { dump.record(picture: index, $0, $1) } }
        if let folder {
            observer.finished = { stage in
                try interruption.writing {
                    try folder.keep(stage)
                    interruption.note(outlook: stages.outlook(folder, finished: written.value, of: plans.count))
                }
            }
        }
        let start = ContinuousClock.now
        let rendered = try await renderer.render(plan, inputs: inputs, observer: observer)
        let digest = try interruption.writing {
            let digest = try paths.write(rendered, index, text: texts[index])
            interruption.note(outlook: "\(written.add()) of \(plans.count) pictures are written")
            return digest
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        progress.finish(path: paths[index], seconds: seconds)
        return Outcome(digest: digest, times: progress.times, seconds: seconds)
    }
}

/// How many pictures are written.
private final class WrittenCount: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    /// Counts one more, and says how many there are now.
    func add() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
