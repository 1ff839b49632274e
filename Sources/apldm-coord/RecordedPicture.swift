import CommandSupport
import DiffusionModels
import RenderPipeline
import Tensors

/// A picture that is to be rendered again, named by `--from`.
struct RecordedPicture {
    let path: String
    let record: RenderRecord

    /// - Throws: when the file cannot be read or has no record to render from.
    init(path: String) throws {
        self.path = path
        record = try RenderRecord(pngFile: path)
    }

    /// Finds the model that drew the picture, reads and checks it.
    ///
    /// - Throws: `RequestError` when `--model` names another, `ModelError` when it is nowhere.
    func loadModel(_ options: ModelOptions) async throws -> DiffusionModel {
        let needed = record.model
        guard let name = options.model else {
            let place = try await options.locator.place(of: needed, variant: options.variant, options.digests)
            return try DiffusionModel.load(folder: place.folder, variant: place.variant)
        }
        let folder = try options.locator.folder(of: name)
        let digests = options.digests
        guard
            let place = try await ModelLocator.place(of: needed, in: folder, variant: options.variant, digests)
        else {
            let found = try await ModelFiles(folder: folder, variant: options.variant).digest(digests)
            throw RequestError(
                option: "--model", problem: "\(folder) has the digest \(found); \(path) needs \(needed.sha256)",
                remedy: "give the folder of the model that was called '\(needed.name)' then, or leave --model out to "
                    + "have it looked for")
        }
        return try DiffusionModel.load(folder: place.folder, variant: place.variant)
    }

    /// Checks that what the picture was made from beside the model is there: the picture and the noise to start from.
    ///
    /// - Parameters:
    ///   - initialPicture: what `--init-image` names, as it is rendered from.
    ///   - latents: the digest of what `--latents` names.
    /// - Throws: `RequestError` naming the option and the digest that it needs.
    func requireInputs(initialPicture: InitialPicture?, latents: String?) throws(RequestError) {
        let picture = record.request.initialPicture
        try require(
            "--init-image", "the init image", given: initialPicture?.sha256, needed: picture?.sha256,
            picture.map { " and \($0.size) pixels" } ?? "")
        try require("--latents", "latents", given: latents, needed: record.initialLatents)
    }

    private func require(
        _ option: String, _ what: String, given: String?, needed: String?, _ more: String = ""
    ) throws(RequestError) {
        guard given != needed else { return }
        guard let needed else {
            throw RequestError(
                option: option, problem: "\(path) was made without \(what)", remedy: "leave it out")
        }
        throw RequestError(
            option: option,
            problem: "\(path) needs \(what) with digest \(needed)\(more)" + (given.map { ", not \($0)" } ?? ""),
            remedy: "give the file that it was made from")
    }

    private static func precision(of numerics: String) -> CPUBackend.Precision {
        CPUBackend.Precision.allCases.first { numerics.hasSuffix("/" + $0.rawValue) } ?? .exact
    }

    /// Says when the bytes may differ.
    func warn(numerics: String) {
        for (what, then, now) in [
            ("apldm", record.program, ApldmCoord.version),
            ("the numerics class", record.numerics, numerics),
        ] where then != now {
            Console.error("warning: \(what) was \(then.quoted) for \(path) and is \(now.quoted): bytes may differ")
        }
        let (then, now) = (Self.precision(of: record.numerics), Self.precision(of: numerics))
        if then != now { Console.error("hint: it was made with --precision \(then.rawValue)") }
    }
}

extension RenderCommand {
    /// What may stand beside `--from`: everything else is said by the record.
    private static let besideFrom: Set = [
        "--from", "--output", "--dump", "--json", "--quiet", "--model", "--variant", "--threads", "--precision",
        "--init-image",
        "--latents", "--save-stages", "--resume", "--memory-limit", "--scratch-dir", "--plan",
    ]

    /// Reads the picture that `--from` names.
    ///
    /// - Parameter arguments: the command line. What was parsed does not tell whether an option with a default was
    ///   given.
    /// - Returns: nil without `--from`.
    /// - Throws: `RequestError` naming an option that contradicts it, and what ``RecordedPicture/init(path:)`` throws.
    func recordedPicture(arguments: [String] = CommandLine.arguments) throws -> RecordedPicture? {
        guard let from else { return nil }
        let names = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }.map { $0.prefix { $0 != "=" } }
        let refused = names.first { !Self.besideFrom.contains(String($0)) } ?? (prompt == nil ? nil : "PROMPT")
        if let refused {
            throw RequestError(
                option: String(refused),
                problem: "it was given together with --from, whose picture says what to render",
                remedy: "use one or the other")
        }
        return try RecordedPicture(path: from)
    }
}
