import DiffusionModels
import Foundation
import RenderPipeline
import Tensors
import Testing

/// What a folder of stages refuses, and that it says why.
struct StageFolderTests {
    private let plan: RenderPlan
    private let identity: RenderIdentity
    private let temporary: TemporaryFolder
    private var path: String { temporary.file("stages") }

    init() throws {
        plan = try TinyRenders().plan(TinyRenders.request)
        identity = try Self.identity(plan)
        temporary = try TemporaryFolder()
    }

    private static func identity(_ plan: RenderPlan, numerics: String = "c") throws -> RenderIdentity {
        try RenderIdentity(
            RenderRecord(
                program: "1", model: ModelIdentity(name: "a", family: "x", sha256: "b", variants: [:]),
                request: plan.request, numerics: numerics))
    }

    private func stage(_ index: Int) -> FinishedStage {
        let (latents, size) = (plan.stages[index].latents, plan.stages[index].size)
        return FinishedStage(
            index: index, latents: Tensor(shape: [1, latents.height, latents.width, 4], repeating: 0.25),
            picture: Tensor(shape: [1, size.height, size.width, 3], repeating: -0.5))
    }

    /// A folder in which two stages are finished.
    private func keepTwo() throws {
        let folder = try StageFolder.begin(at: path, plan: plan, identity: identity)
        for index in 0..<2 { try folder.keep(stage(index)) }
    }

    private func resumeError(_ identity: RenderIdentity? = nil) throws -> StageFolderError {
        try #require(throws: StageFolderError.self) {
            let folder = try StageFolder.resume(at: path, plan: plan, identity: identity ?? self.identity)
            _ = try folder.lastStage()
        }
    }

    @Test func theLastStageComesBackAsItWas() throws {
        try keepTwo()
        let folder = try StageFolder.resume(at: path, plan: plan, identity: identity)
        let last = try #require(try folder.lastStage())
        #expect(last.index == 1 && folder.finishedCount == 2 && folder.stageCount == 3)
        #expect(last.latents.isSame(as: stage(1).latents))
        #expect(last.picture.isSame(as: stage(1).picture))
    }

    @Test func nothingFinishedBeginsFromTheFirstStage() throws {
        for _ in 0..<2 {
            let folder = try StageFolder.resume(at: path, plan: plan, identity: identity)
            #expect(folder.finishedCount == 0)
            #expect(try folder.lastStage() == nil)
        }
        // Nothing is lost when it was another render.
        let other = try StageFolder.resume(at: path, plan: plan, identity: try Self.identity(plan, numerics: "x"))
        #expect(other.finishedCount == 0)
    }

    @Test func finishedStagesAreNotOverwritten() throws {
        try keepTwo()
        let error = try #require(throws: StageFolderError.self) {
            _ = try StageFolder.begin(at: path, plan: plan, identity: identity)
        }
        #expect(error.reason == .occupied)
        #expect(error.description.contains("--resume"))
    }

    @Test func anotherRenderIsRefusedByWhatIsDifferent() throws {
        try keepTwo()
        var request = TinyRenders.request
        request.seed = 6
        request.prompt = "a lighthouse\nat night"
        let other = try TinyRenders().plan(request)
        let error = try resumeError(Self.identity(other))
        #expect(error.reason == .mismatch)
        #expect(error.description.contains("seed was '5' and is '6'"))
        #expect(error.description.contains("prompt was 'a lighthouse' and is 'a lighthouse at night'"))
        let numerics = try resumeError(Self.identity(plan, numerics: "avx9"))
        #expect(numerics.description.contains("numerics was 'c' and is 'avx9'"))
    }

    @Test(arguments: ["stage1.png", "stage1.safetensors", "stage2.png", "stage2.safetensors"])
    func everyFileHasToBeThereAsItWasWritten(name: String) throws {
        try keepTwo()
        let file = "\(path)/\(name)"
        let bytes = try readFile(file)
        var flipped = bytes
        flipped[bytes.count / 2] ^= 1
        for broken in [[], Array(bytes.dropLast()), bytes + [0], flipped] {
            try writeFile(broken, to: file)
            let error = try resumeError()
            #expect(error.reason == .damaged && error.path == file)
        }
        try FileManager.default.removeItem(atPath: file)
        #expect(try resumeError().reason == .missing)
        #expect(try resumeError().path == file)
        try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
        #expect(try resumeError().reason == .damaged)
    }

    @Test(arguments: [
        ("\"format\" : 1", "\"format\" : 2"), ("\"stage\" : 2", "\"stage\" : 1"), ("stage1.png", "../stage1.png"),
        ("\"fingerprint\" : \"", "\"fingerprint\" : \"0"), ("lighthouse", "castle"), ("\"stages\"", "\"others\""),
        ("{", "["),
    ])
    func aListOfStagesThatContradictsItselfIsRefused(text: String, replacement: String) throws {
        try keepTwo()
        let file = "\(path)/stages.json"
        let manifest = String(decoding: try readFile(file), as: UTF8.self)
        #expect(manifest.contains(text))
        try writeFile(Array(manifest.replacing(text, with: replacement).utf8), to: file)
        let error = try resumeError()
        #expect(error.reason == .damaged && error.path == file)
    }

    @Test func aListOfStagesCutOffAnywhereIsRefused() throws {
        try keepTwo()
        let file = "\(path)/stages.json"
        let manifest = try readFile(file)
        for length in stride(from: 0, to: manifest.count - 2, by: 7) {
            try writeFile(Array(manifest.prefix(length)), to: file)
            #expect(try resumeError().reason == .damaged)
        }
        try writeFile([UInt8](repeating: 32, count: 9 << 20), to: file)
        #expect(try resumeError().problem.contains("larger"))
    }

    @Test func aFolderThatCannotBeMadeIsRefused() throws {
        let missing = try #require(throws: StageFolderError.self) {
            _ = try StageFolder.begin(at: temporary.file("a/b"), plan: plan, identity: identity)
        }
        #expect(missing.reason == .system(code: ENOENT))
        try writeFile([], to: temporary.file("file"))
        #expect(throws: StageFolderError.self) {
            _ = try StageFolder.begin(at: temporary.file("file"), plan: plan, identity: identity)
        }
        #expect(throws: StageFolderError.self) {
            _ = try StageFolder.resume(at: temporary.file("file"), plan: plan, identity: identity)
        }
        #expect(throws: StageFolderError.self) { try StageFolder.requireFolder(at: temporary.file("file")) }
        #expect(throws: StageFolderError.self) { try StageFolder.requireFolder(at: temporary.file("none")) }
        try StageFolder.requireFolder(at: temporary.path)
    }

    @Test func aStageThatCannotBeKeptLeavesTheFormerOnes() throws {
        let folder = try StageFolder.begin(at: path, plan: plan, identity: identity)
        try folder.keep(stage(0))
        try FileManager.default.createDirectory(atPath: "\(path)/stage2.png", withIntermediateDirectories: false)
        #expect(throws: StageFolderError.self) { try folder.keep(stage(1)) }
        try FileManager.default.removeItem(atPath: "\(path)/stage2.png")
        let resumed = try StageFolder.resume(at: path, plan: plan, identity: identity)
        #expect(resumed.finishedCount == 1)
        try resumed.keep(stage(1))
        #expect(resumed.finishedCount == 2)
    }
}
