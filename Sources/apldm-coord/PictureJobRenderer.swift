import Cluster
import DiffusionModels
import Dispatch
import FoundationEssentials
import Glibc
import JobDatabase
import Logging
import RenderJobs
import RenderPipeline
import Synchronization
import Tensors

/// Renders the pictures of jobs with one model and whoever computes for the coordinator, and writes them to a folder.
struct PictureJobRenderer: JobRenderer {
    let coordinator: ClusterCoordinator
    let model: DiffusionModel
    let identity: ModelIdentity
    let scheduler: SamplerConfiguration
    /// The numerics class of the pictures.
    let numerics: String
    let memory: MemoryBudget
    /// What is kept of unfinished pictures.
    let keeping: Keeping
    /// Where pictures go.
    let folder: String
    /// The most pictures at a time; nil for one for everybody who computes.
    let atOnce: Int?
    /// Where unfinished pictures are shown.
    let previews: JobPreviews
    private let gate = MemoryGate()
    /// Where pictures are written: one after another, and not where connections are served.
    private let writing = DispatchQueue(label: "pictures")

    /// What is kept of unfinished pictures, and where.
    struct Keeping {
        let store: DatabaseJobStore
        let data: DataFolder
        /// How much work may be lost.
        let interval: Duration
        /// Bytes of the disk that are left to others.
        let reserve: Int
        let commits: CommitObserver
        let log: Logger

        func folder(_ id: RenderJob.ID) -> CheckpointFolder {
            CheckpointFolder(path: "\(data.checkpoints)/\(id)", commits: commits)
        }

        /// Removes what was kept of jobs that have ended, which the program had no time for.
        func sweep() async throws {
            let unfinished = try await store.unfinishedJobs()
            let names = FolderListing.names(in: data.checkpoints)
            for id in names.compactMap({ UInt64($0) }).map(RenderJob.ID.init) where !unfinished.contains(id) {
                folder(id).removeAll()
            }
        }

        func checkpoints(_ id: RenderJob.ID, _ record: RenderRecord) throws -> RenderCheckpoints {
            var log = log
            log[metadataKey: "job"] = "\(id)"
            return RenderCheckpoints(
                folder: folder(id), list: store.checkpoints(of: id),
                fingerprint: try RenderIdentity(record).fingerprint, interval: interval, reserve: reserve, log: log)
        }
    }

    var slots: Int {
        get async {
            let computing = await coordinator.computing.count
            return min(atOnce ?? computing, computing)
        }
    }

    func check(_ request: RenderRequest) throws {
        let plan = try RenderPlan(request, model: ModelProperties(model), scheduler: scheduler)
        // What one needs alone has to be there; several wait for each other's end.
        try ResourcePlan(plan, model: model).requireFit(in: memory.bytes, isLimited: false)
    }

    func render(_ job: RenderJob, progress: @escaping @Sendable (Double) -> Void) async throws -> JobPicture {
        let plan = try RenderPlan(job.request, model: ModelProperties(model), scheduler: scheduler)
        let record = RenderRecord(
            program: ApldmCoord.version, model: identity, request: job.request, numerics: numerics)
        let texts = try record.texts(scheduler: scheduler)
        let estimate = Estimate(plan, progress)
        let checkpoints = try keeping.checkpoints(job.id, record)
        let bytes = ResourcePlan(plan, model: model).leastMemory
        try await gate.enter(bytes, of: memory.bytes)
        defer { gate.leave(bytes) }
        defer { previews.set(nil, of: job.id) }
        let picture = await coordinator.beginPicture(
            owner: job.owner, priority: job.priority, trace: job.trace, label: job.id.number)
        do {
            let rendered = try await Renderer(executor: picture.executor)
                .render(
                    plan, inputs: try InputPictures(folder: folder).inputs(of: job.request),
                    observer: RenderObserver(
                        progress: estimate.note, finished: { previews.note($0, of: job.id) }),
                    checkpoints: checkpoints)
            progress(1)
            await picture.end()
            let name = "\(job.id)-\(job.request.size)-seed\(job.request.seed).png"
            let digest = try await write(rendered, name, texts)
            keeping.commits.reached(.pictureWritten)
            return JobPicture(fileName: name, digest: digest, byteCount: Self.byteCount("\(folder)/\(name)"))
        } catch {
            await picture.end()
            throw error
        }
    }

    private func write(_ rendered: RenderedPicture, _ name: String, _ texts: [PNGText]) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            writing.async {
                continuation.resume(
                    with: Result {
                        try PNGWriter.write(decoded: rendered.picture, to: "\(folder)/\(name)", text: texts)
                    })
            }
        }
    }

    func mayPass(_ error: any Error) -> Bool {
        switch error {
        case let error as ClusterError: [.network, .refusedForNow, .connection, .tasksFailed].contains(error.kind)
        case let error as ImageFileError:
            switch error.reason {
            case .system, .outOfMemory: true
            default: false
            }
        default: false
        }
    }

    func discard(_ id: RenderJob.ID) async {
        await withCheckedContinuation { continuation in
            writing.async {
                keeping.folder(id).removeAll()
                continuation.resume()
            }
        }
    }

    private static func byteCount(_ path: String) -> Int {
        var information = stat()
        return stat(path, &information) == 0 ? Int(information.st_size) : 0
    }

    /// The last job whose picture is in a folder; job 0 when there is none.
    static func lastJob(in folder: String) -> RenderJob.ID {
        return RenderJob.ID(
            FolderListing.names(in: folder).compactMap { UInt64($0.prefix { $0.isASCII && $0.isNumber }) }.max() ?? 0)
    }

    /// Makes the folder for pictures if need be, and looks whether they can be written there.
    ///
    /// - Throws: ``ImageFileError`` when they cannot.
    static func prepare(folder: String) throws {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try PNGWriter.checkWritable(path: folder + "/.apldm.png")
        WholeFile.removeLeftovers(in: folder)
        InputPictures(folder: folder).removeLeftovers()
    }
}

/// Lets pictures be rendered beside each other only as far as the memory goes.
private final class MemoryGate: Sendable {
    private let taken = Mutex(0)

    /// Waits until there is room, or nobody else has any.
    func enter(_ bytes: Int, of total: Int) async throws {
        while !isEntered(bytes, total) { try await Task.sleep(for: .milliseconds(50)) }
    }

    private func isEntered(_ bytes: Int, _ total: Int) -> Bool {
        taken.withLock { taken in
            guard taken == 0 || taken <= total - bytes else { return false }
            taken += bytes
            return true
        }
    }

    func leave(_ bytes: Int) { taken.withLock { $0 -= bytes } }
}

/// Turns what happens in a render into the share that is done.
private final class Estimate: Sendable {
    private let state: Mutex<ProgressEstimate>
    private let times = StageTimes()
    private let progress: @Sendable (Double) -> Void

    init(_ plan: RenderPlan, _ progress: @escaping @Sendable (Double) -> Void) {
        state = Mutex(ProgressEstimate(plan: plan))
        self.progress = progress
    }

    func note(_ news: RenderProgress) {
        let seconds = times.note(news)
        let share = state.withLock { state in
            switch news {
            case .began: break
            case .advanced(let phase, let share):
                state.advanced(phase, share: share, seconds: times.secondsSoFar(phase) ?? 0)
            case .ended(let phase): if let seconds { state.ended(phase, seconds: seconds) }
            }
            return state.fraction
        }
        progress(share)
    }
}
