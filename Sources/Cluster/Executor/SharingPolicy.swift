import DiffusionModels

/// What is worth sharing out. It changes how long a picture takes, never its bytes.
package struct SharingPolicy: Sendable, Hashable {
    /// Multiplications and additions below which the own device does not hand work out: messages take about a
    /// millisecond, and this takes several times as long on one core.
    package var leastWork = 1e9
    /// Multiplications and additions up to which the tiles that one worker holds go to it as one task: below, messages
    /// would take a considerable part of the time; above, there would be too little to share out anew.
    package var batchWork = 1e10
    /// Stretches of an attention for each one that computes.
    package var stretchesPerWorker = 4

    /// Whether a stage is denoised by one host, with next to no traffic, instead of sharing out the branches of its
    /// steps; nil: when at least as many pictures are rendered as hosts compute, so that all have enough to do.
    package var keepsStagesWhole: Bool?

    /// - Parameters:
    ///   - leastWork: multiplications and additions below which the own device does not hand work out.
    ///   - keepsStagesWhole: whether a stage is denoised by one host; nil lets the farm decide.
    package init(leastWork: Double = 1e9, keepsStagesWhole: Bool? = nil) {
        self.leastWork = leastWork
        self.keepsStagesWhole = keepsStagesWhole
    }

    /// Whether one host denoises the next stage.
    func keepsStagesWhole(_ farm: Farm) async -> Bool {
        guard await farm.workerCount > 0, leastWork.isFinite else { return false }
        if let keepsStagesWhole { return keepsStagesWhole }
        return await farm.jobCount >= max(2, farm.computing.count)
    }

    /// Whether work of this size is handed out.
    func shares(_ work: Double, _ farm: Farm) async -> Bool {
        guard await farm.workerCount > 0 else { return false }
        return work >= leastWork
    }

    /// Whether even what takes longer to send is handed out.
    func sharesEverything(_ farm: Farm) async -> Bool { await shares(0, farm) }

    /// The stretches of an attention, see ``stretches(of:workers:)``.
    func stretches(of positions: Int, _ farm: Farm) async -> [Range<Int>] {
        stretches(of: positions, workers: await farm.workerCount + (farm.hasDevice ? 1 : 0))
    }

    /// The stretches of an attention: several for everybody, as many as it takes for none to be too long, and no two
    /// further apart in length than a unit, so that nobody waits for a long one at the end.
    package func stretches(of positions: Int, workers: Int) -> [Range<Int>] {
        func parts(_ length: Int) -> Int { (positions + length - 1) / length }
        let units = parts(PositionAttention.unit)
        let count = max(min(units, workers * stretchesPerWorker), parts(PositionAttention.stretch))
        func begin(_ index: Int) -> Int { min(index * units / count * PositionAttention.unit, positions) }
        return (0..<count).map { begin($0)..<begin($0 + 1) }
    }
}
