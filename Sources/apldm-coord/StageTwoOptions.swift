import ArgumentParser
import RenderPipeline

/// How stage two predicts noise.
struct StageTwoOptions: ParsableArguments {
    enum Passes: String, ExpressibleByArgument, CaseIterable {
        case whole, windows
    }

    @Option(
        help: ArgumentHelp(
            "whole: one UNet pass over all latents of a stage (default). windows: passes over windows of the model's "
                + "native size that overlap and are blended, with each of which hosts can be busy at the same time; in "
                + "less memory, and another picture.",
            valueName: "PASSES"))
    var stageTwo: Passes?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Fewest latent cells that neighbouring windows have in common (default: a quarter of a window).",
            valueName: "N"))
    var windowOverlap: Int?

    /// What they say of a request; nil for one pass over all latents.
    var windows: LatentWindowRule? { stageTwo == .windows ? LatentWindowRule(overlap: windowOverlap) : nil }
}
