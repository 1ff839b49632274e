import Foundation
import Testing

/// `apldm-coord render` in an empty folder, with the tiny model unless another is given.
struct Render {
    /// What refuses a call, as in `sysexits.h`.
    enum Refusal: Int32 {
        case usage = 64
        case brokenInput = 65
        case missingInput = 66
        case cannotCreate = 73
        case inputOutput = 74
    }

    static let models = Program.checkout.appending(path: "Tests/Fixtures/models")
    static let model = models.appending(path: "sdxl-a")

    /// The settings with which the tiny model takes a fraction of a second.
    static let sampling = ["--native-size", "64", "--steps", "2"]
    static let size = ["--width", "128", "--height", "128"]
    static let stages = ["--eta2", "1"]

    let folder: TemporaryFolder
    var program: Program

    init() throws {
        folder = try TemporaryFolder()
        program = Program(folder: folder.url)
    }

    /// Runs with these options after the prompt and nothing else but the small sampling settings.
    func callAsFunction(
        _ options: [String], prompt: String = "a lighthouse", model: URL = Render.model
    ) async throws -> Program.Outcome {
        try await program.run(["render", prompt, "--model", model.path] + Self.sampling + options)
    }

    /// Renders `output` in this folder at the smallest size and returns its bytes.
    func picture(
        _ output: String, prompt: String = "a lighthouse", _ options: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Data {
        let outcome = try await self(
            Self.size + Self.stages + ["--quiet", "--output", output] + options, prompt: prompt)
        #expect(outcome.code == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
        return try Data(contentsOf: folder[output])
    }

    /// Expects that a run is refused as documented: with this exit code, with one line on standard error that names
    /// all of `names`, and with nothing else: no result, no picture, no temporary file.
    func expectRefusal(
        _ refusal: Refusal, naming names: [String], of outcome: Program.Outcome, leaving files: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(outcome.code == refusal.rawValue, "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.output == "", sourceLocation: sourceLocation)
        for name in names {
            #expect(outcome.errors.contains(name), "\(name) in: \(outcome.errors)", sourceLocation: sourceLocation)
        }
        #expect(try folder.contents == files, sourceLocation: sourceLocation)
    }
}
