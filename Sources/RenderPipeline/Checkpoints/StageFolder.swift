import Synchronization
import Tensors

/// A folder that keeps the finished stages of one render, so that an interrupted one goes on from the last of them
/// with the same bytes in the end.
///
/// For every stage it holds `stageN.png` to look at and `stageN.safetensors` to go on from: `latents` and `picture`,
/// 32-bit floats, channels first. The picture is kept although decoding the latents would give it again: that costs
/// minutes for a large one, and the next stage starts from it. Random numbers are not kept; those of finished stages
/// are drawn again. `stages.json`, which says whose stages they are and has the digests of the files, is written last.
/// Every file appears complete or not at all.
public final class StageFolder: Sendable {
    /// Where it is.
    public let path: String
    private let manifest: Mutex<StageManifest>
    /// How many stages the render has.
    public let stageCount: Int

    /// How many stages are finished.
    public var finishedCount: Int { manifest.withLock { $0.stages.count } }

    init(path: String, manifest: StageManifest, stageCount: Int) {
        self.path = path
        self.stageCount = stageCount
        self.manifest = Mutex(manifest)
    }

    /// Begins to keep the stages of a render from its first one on.
    ///
    /// - Parameters:
    ///   - path: the folder, which is made when it is not there; that around it has to be.
    ///   - plan: what is rendered.
    ///   - identity: all that determines its pixels.
    /// - Returns: the folder, without any finished stage.
    /// - Throws: when finished stages are there already, which are not overwritten, or the folder cannot be written to.
    public static func begin(
        at path: String, plan: RenderPlan, identity: RenderIdentity
    ) throws(StageFolderError) -> StageFolder {
        if let former = try StageManifest(folder: path), !former.stages.isEmpty {
            throw StageFolderError(
                path: path, .occupied, problem: "it already holds \(former.stages.count) finished stages",
                remedy: "go on from them with --resume, or name another folder")
        }
        return try fresh(at: path, plan, identity)
    }

    /// Goes on from the stages that a folder holds, after checking that it belongs to this render and that its files
    /// are as they were written. Without any finished stage it begins from the first one, like
    /// ``begin(at:plan:identity:)``.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - plan: what is rendered.
    ///   - identity: all that determines its pixels.
    /// - Returns: the folder with what is finished.
    /// - Throws: when it belongs to another render, a file is missing or damaged, or the folder cannot be written to.
    public static func resume(
        at path: String, plan: RenderPlan, identity: RenderIdentity
    ) throws(StageFolderError) -> StageFolder {
        guard let manifest = try StageManifest(folder: path), !manifest.stages.isEmpty else {
            return try fresh(at: path, plan, identity)
        }
        let differences = identity.differences(from: manifest.render)
        guard differences.isEmpty else {
            throw StageFolderError(
                path: path, .mismatch,
                problem: "it belongs to another render: " + differences.prefix(3).joined(separator: ", ")
                    + (differences.count > 3 ? " and \(differences.count - 3) more" : ""),
                remedy: "repeat the former command with --resume, or name another folder with --save-stages")
        }
        guard manifest.stages.count <= plan.stages.count else {
            throw damage(path, "it has more stages than its render")
        }
        for file in manifest.stages.flatMap({ [$0.tensors, $0.picture] }) {
            let path = "\(path)/\(file.name)"
            let found = try FileDigest(path: path)
            guard found.sha256 == file.sha256, found.bytes == file.bytes else {
                throw damage(path, "it is not as it was written: \(found.bytes) bytes with another digest")
            }
        }
        let folder = StageFolder(path: path, manifest: manifest, stageCount: plan.stages.count)
        try manifest.write(to: path)
        return folder
    }

    /// The last finished stage, read from its file; nil when there is none.
    ///
    /// - Throws: when its file does not hold what it should.
    public func lastStage() throws(StageFolderError) -> FinishedStage? {
        let index = finishedCount - 1
        guard index >= 0 else { return nil }
        let path = "\(path)/\(StageManifest.tensorFile(index))"
        let latents, picture: Tensor
        do throws(SafetensorsError) {
            let file = try SafetensorsFile(path: path)
            (latents, picture) = (try file.tensor("latents"), try file.tensor("picture"))
        } catch {
            throw Self.damage(path, "\(error)")
        }
        guard latents.shape.count == 4, picture.shape.count == 4 else {
            throw Self.damage(path, "its tensors are of \(latents.shape) and \(picture.shape)")
        }
        return FinishedStage(index: index, latents: latents.channelsLast(), picture: picture.channelsLast())
    }

    /// Keeps a stage, which has to be the next one.
    ///
    /// - Throws: when the disk refuses; the stages before it stay.
    public func keep(_ stage: FinishedStage) throws(StageFolderError) {
        let (tensors, picture) = (StageManifest.tensorFile(stage.index), StageManifest.pictureFile(stage.index))
        do throws(SafetensorsError) {
            try SafetensorsWriter.write(
                [("latents", stage.latents.channelsFirst()), ("picture", stage.picture.channelsFirst())],
                metadata: ["format": "pt"], to: "\(path)/\(tensors)")
        } catch {
            throw StageFolderError(writing: "\(path)/\(tensors)", folder: path, code: error.systemError ?? 0)
        }
        do throws(ImageFileError) {
            _ = try PNGWriter.write(decoded: stage.picture, to: "\(path)/\(picture)")
        } catch {
            guard case .system(let code) = error.reason else {
                throw StageFolderError(path: path, .damaged, problem: error.problem, remedy: error.remedy)
            }
            throw StageFolderError(writing: "\(path)/\(picture)", folder: path, code: code)
        }
        let entry = StageManifest.Stage(
            stage: stage.index + 1, tensors: try file(tensors), picture: try file(picture))
        var changed = manifest.withLock { $0 }
        changed.stages = changed.stages.prefix(stage.index) + [entry]
        try changed.write(to: path)
        manifest.withLock { [changed] in $0 = changed }
    }

    private func file(_ name: String) throws(StageFolderError) -> StageManifest.File {
        let digest = try FileDigest(path: "\(path)/\(name)")
        return StageManifest.File(name: name, bytes: digest.bytes, sha256: digest.sha256)
    }
}
