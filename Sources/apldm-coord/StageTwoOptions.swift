import ArgumentParser
import RenderPipeline

/// How stage two predicts noise.
struct StageTwoOptions: ParsableArguments {
    enum Passes: String, ExpressibleByArgument, CaseIterable {
        case whole, windows
    }

    @Option(
        help: ArgumentHelp(
            "whole: one UNet pass over all latents of a stage (default). windows: passes over overlapping windows of the "
                + "model's native size, blended: less memory and work that hosts can share, but another picture, in "
                + "which every window may show what the prompt names.",
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
