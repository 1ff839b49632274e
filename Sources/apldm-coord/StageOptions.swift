import ArgumentParser
import CommandSupport
import RenderPipeline
import Tensors

/// Keeping finished stages and going on from them.
struct StageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Keep every finished stage in this folder: a PNG to look at, and its latents and picture in full precision "
                + "to go on from. Of several pictures each has a folder of its own in it.",
            valueName: "DIR"))
    var saveStages: String?

    @Option(
        help: ArgumentHelp(
            "Go on from the stages that --save-stages has kept, and keep the further ones there; the other options "
                + "are those of the interrupted command.",
            valueName: "DIR"))
    var resume: String?

    /// Refuses what contradicts itself before the model is read.
    func check() throws {
        if saveStages != nil, resume != nil {
            throw RequestError(
                option: "--resume", problem: "it contradicts --save-stages, which was given, too",
                remedy: "use --resume alone: it goes on keeping stages in the same folder")
        }
        if let resume { try StageFolder.requireFolder(at: resume) }
    }

    /// The folder of every picture, checked and ready; nil when none was asked for.
    func folders(
        of plans: [RenderPlan], records: [RenderRecord]
    ) throws -> [StageFolder]? {
        guard let folder = resume ?? saveStages else { return nil }
        if plans.count > 1 { try StageFolder.makeFolder(at: folder) }
        let folders = try zip(plans, records).map { plan, record in
            let request = plan.request
            let path = plans.count > 1 ? "\(folder)/\(request.size)-seed\(request.seed)" : folder
            let identity = try RenderIdentity(record)
            return try resume == nil
                ? StageFolder.begin(at: path, plan: plan, identity: identity)
                : StageFolder.resume(at: path, plan: plan, identity: identity)
        }
        if resume != nil, folders.allSatisfy({ $0.finishedCount == 0 }) {
            Console.error("note: no stage is finished in \(folder) yet: beginning with the first")
        }
        return folders
    }

    /// What an interruption leaves of several pictures, `finished` of which are written; `folder` keeps the next.
    func outlook(_ folder: StageFolder?, finished: Int, of count: Int) -> String {
        let pictures = count > 1 ? "\(finished) of \(count) pictures are written; " : ""
        guard let folder else {
            return pictures + "no stage is kept; --save-stages DIR would have kept those that are finished"
        }
        guard folder.finishedCount > 0 else { return pictures + "no stage is finished yet, so that none is kept" }
        let remedy =
            if resume != nil {
                "the same command goes on from there"
            } else {
                "the same command with --resume in place of --save-stages goes on from there"
            }
        return pictures + "\(folder.finishedCount) of \(folder.stageCount) stages are kept in \(folder.path); \(remedy)"
    }
}
