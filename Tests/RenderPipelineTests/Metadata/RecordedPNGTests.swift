import Foundation
import RenderPipeline
import Tensors
import Testing

/// Records in PNG files.
struct RecordedPNGTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("a.png") }

    init() throws { folder = try TemporaryFolder() }

    private func write(_ texts: [PNGText]) throws {
        try PixelImage.noise(width: 40, height: 30).write(pngFile: path, text: texts)
    }

    private func fault() throws -> RenderRecordError {
        try #require(throws: RenderRecordError.self) { _ = try RenderRecord(pngFile: path) }
    }

    @Test func recordsOfAllKindsComeBackFromAFile() throws {
        var generator = SeededGenerator(state: 3)
        for _ in 0..<50 {
            let record = RecordFixture.random(&generator)
            try write(record.texts(scheduler: SamplerConfiguration()))
            #expect(try RenderRecord(pngFile: path) == record)
        }
    }

    @Test func theLongestPromptsFit() throws {
        let record = RecordFixture.record {
            $0.prompt = String(repeating: "\u{1}", count: RenderPlan.longestPrompt)
            $0.negativePrompt = String(repeating: "長", count: RenderPlan.longestPrompt / 3)
        }
        try write(record.texts(scheduler: SamplerConfiguration()))
        #expect(try RenderRecord(pngFile: path) == record)
    }

    @Test func aFileWithoutTextsHasNoRecord() throws {
        try write([])
        let error = try fault()
        #expect(error.file == path)
        #expect(error.description.contains("no 'apldm' text"))
    }

    @Test func theTextOfAnotherProgramIsNotEnough() throws {
        try write([PNGText(key: "parameters", value: "a lake\nSteps: 20, Sampler: Euler a, Seed: 1")])
        #expect(try fault().description.contains("'parameters' text alone"))
    }

    @Test func twoRecordsAreNone() throws {
        let text = try RecordFixture.record().texts(scheduler: SamplerConfiguration())[1]
        try write([text, text])
        #expect(try fault().problem == "it has 2 records")
    }

    @Test func faultsNameTheFileAndTheKey() throws {
        try write([PNGText(key: "apldm", value: "{\"format\": 2}")])
        let error = try fault()
        #expect(error.file == path)
        #expect(error.key == "format")
    }

    /// What was cut off before the record cannot be rendered from; what was cut off after it can.
    @Test func aTruncatedFileIsRefusedUpToItsPicture() throws {
        let record = RecordFixture.record()
        try write(record.texts(scheduler: SamplerConfiguration()))
        let file = try readFile(path)
        let chunks = try #require(PNGChunks(file))
        let start = 8 + chunks.chunks.prefix { $0.name != "IDAT" }.reduce(0) { $0 + $1.data.count + 12 }
        for length in stride(from: 0, through: start, by: 7) {
            try writeFile(Array(file.prefix(length)), to: path)
            #expect(throws: ImageFileError.self) { _ = try RenderRecord(pngFile: path) }
        }
        try writeFile(Array(file.prefix(start + 100)), to: path)
        #expect(try RenderRecord(pngFile: path) == record)
    }

    @Test func theDigestOfLatentsDependsOnShapeAndValuesAlone() {
        let latents = Tensor(shape: [1, 2, 3, 4], repeating: 0.5)
        #expect(LatentsDigest.digest(latents) == "618ab008716b1dacc2dded5282d61615ded9d2fc08b3d3e04161ec38eec8bb00")
        #expect(LatentsDigest.digest(latents) != LatentsDigest.digest(Tensor(shape: [1, 3, 2, 4], repeating: 0.5)))
        #expect(LatentsDigest.digest(latents) != LatentsDigest.digest(latents.scaled(by: 2)))
    }
}
