import DiffusionModels
public import Logging
import Tensors

/// The checkpoints of one render: kept while it goes on, and where it goes on from after it was broken off.
///
/// Nothing here makes a render fail: on a full disk it goes on without further checkpoints, and from damaged ones it goes
/// back to the one before.
public actor RenderCheckpoints {
    private let folder: CheckpointFolder
    private let list: any CheckpointList
    private let fingerprint: String
    private let interval: Duration
    private let reserve: Int
    private let log: Logger
    private let thread = ComputeThread(name: "apldm-files")
    /// What is kept, the first one first.
    private var kept: [Checkpoint] = []
    private var latest = ContinuousClock.now
    private var isRefused = false

    /// A thread of its own: writing large files holds up nobody else.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - folder: where the files are; of this render alone.
    ///   - list: where it is written down which there are.
    ///   - fingerprint: all that determines the render's pixels, see ``RenderIdentity/fingerprint``.
    ///   - interval: how much work may be lost; the end of a stage's steps is kept whatever it took.
    ///   - reserve: bytes of the disk that are left to others.
    ///   - log: where damaged files and a full disk are told.
    public init(
        folder: CheckpointFolder, list: any CheckpointList, fingerprint: String, interval: Duration,
        reserve: Int = 0, log: Logger
    ) {
        self.folder = folder
        self.list = list
        self.fingerprint = fingerprint
        self.interval = interval
        self.reserve = reserve
        self.log = log
    }

    // Going on.

    /// Adds to a render's inputs the last place that is whole.
    func goingOn(_ inputs: RenderInputs, _ plan: RenderPlan) async -> RenderInputs {
        latest = .now
        do { kept = try await list.checkpoints() } catch {
            log.warning("the list of checkpoints cannot be read", metadata: ["reason": "\(error)"])
            return inputs
        }
        folder.sweep(keeping: kept)
        var result = inputs
        var useless: [Checkpoint] = []
        for checkpoint in kept.reversed() where checkpoint.place.isState {
            do {
                let file = try folder.open(checkpoint)
                try file.requireCheckpoint(of: fingerprint)
                result = try inputs.going(onFrom: file, checkpoint.place, plan)
                try result.check(plan)
                log.info("going on from a checkpoint", metadata: ["place": "\(checkpoint.place)"])
                break
            } catch {
                log.warning(
                    "a checkpoint cannot be used: going on from the one before",
                    metadata: ["place": "\(checkpoint.place)", "reason": "\(error)"])
                result = inputs
                useless.append(checkpoint)
            }
        }
        if !useless.isEmpty { await record(nil, replacing: useless) }
        return result
    }

    // Keeping.

    /// A sampler stands between two steps.
    func reached(_ state: SamplerState, stage: Int) async {
        guard isDue else { return }
        await keep(.step(stage: stage, step: state.stepIndex), .init(state, fingerprint: fingerprint))
    }

    /// A sampler is stopped between two steps.
    func stopped(at state: SamplerState, stage: Int) async {
        let place = Checkpoint.Place.step(stage: stage, step: state.stepIndex)
        guard kept.last?.place != place else { return }
        await keep(place, .init(state, fingerprint: fingerprint))
    }

    /// A stage has its clean latents.
    func denoised(_ latents: Tensor, stage: Int) async {
        await keep(.denoised(stage: stage), .init(latents: latents, fingerprint: fingerprint))
    }

    /// A stage has its picture. That of the last one is a file of its own soon.
    func finished(_ stage: FinishedStage, isLast: Bool) async {
        guard !isLast || isDue else { return }
        await keep(.finished(stage: stage.index), .init(stage, fingerprint: fingerprint))
    }

    /// Where the tiles of a pass are kept.
    nonisolated func journal(_ pass: Checkpoint.Place.Pass) -> TileCheckpoints { TileCheckpoints(pass, of: self) }

    /// Whether so much was done since the last checkpoint that the next one is worth it.
    var isDue: Bool { ContinuousClock.now - latest >= interval }

    // For the tiles.

    /// The files with tiles of a pass that are whole, the first one first.
    func files(_ pass: Checkpoint.Place.Pass) -> [SafetensorsFile] {
        kept.filter { $0.place == .tiles(pass) }.compactMap { checkpoint in
            do throws(StageFolderError) {
                let file = try folder.open(checkpoint)
                try file.requireCheckpoint(of: fingerprint)
                return file
            } catch {
                log.warning(
                    "a checkpoint cannot be used: computing it again",
                    metadata: ["place": "\(checkpoint.place)", "reason": "\(error)"])
                return nil
            }
        }
    }

    func keep(_ pass: Checkpoint.Place.Pass, _ tiles: [Int: Tensor], _ ledger: NormalizationLedger) async {
        await keep(.tiles(pass), .init(tiles: tiles, ledger, fingerprint: fingerprint))
    }

    private func keep(_ place: Checkpoint.Place, _ contents: CheckpointFolder.Contents) async {
        latest = .now
        do {
            let needed = contents.tensors.reduce(0) { $0 + $1.tensor.byteCount }
            try DiskSpace.require(needed + reserve, at: folder.path)
            let checkpoint = try folder.write(contents, for: place)
            if await record(checkpoint, replacing: replaced(by: checkpoint)) { isRefused = false }
        } catch {
            refused("\(error)")
        }
        latest = .now
    }

    /// What nobody needs any more once this one is there: of the states two are enough, the last and the one before, with
    /// the tiles after that.
    private func replaced(by checkpoint: Checkpoint) -> [Checkpoint] {
        guard checkpoint.place.isState, let before = kept.lastIndex(where: { $0.place.isState }) else { return [] }
        return Array(kept[..<before])
    }

    @discardableResult
    private func record(_ checkpoint: Checkpoint?, replacing old: [Checkpoint]) async -> Bool {
        do {
            try await list.record(checkpoint, replacing: old)
        } catch {
            // It may or may not be in the list: its file stays until the next start.
            refused("\(error)")
            return false
        }
        kept.removeAll { old.contains($0) || $0 == checkpoint }
        if let checkpoint { kept.append(checkpoint) }
        // The same bytes may stand in two places.
        folder.remove(old.filter { gone in !kept.contains { $0.sha256 == gone.sha256 } })
        return true
    }

    private func refused(_ reason: String) {
        // Once is enough as long as it stays like that.
        if !isRefused {
            log.warning("no checkpoint can be kept: rendering on without", metadata: ["reason": "\(reason)"])
        }
        isRefused = true
    }
}
