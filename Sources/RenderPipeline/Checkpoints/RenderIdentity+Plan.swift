import DiffusionModels
import FoundationEssentials

extension RenderIdentity {
    /// What a plan says, resolved: two requests that come to the same stages are the same.
    static func settings(of plan: RenderPlan) -> [String: String] {
        let request = plan.request
        var settings = [
            "prompt": request.prompt, "steps": "\(request.steps)", "seed": "\(request.seed)", "size": "\(request.size)",
            "method": request.method.rawValue, "guidance scale": "\(request.guidanceScale)",
            "guidance rescale": "\(request.guidanceRescale)", "sampler": request.sampler.rawValue,
            "sampler settings": text(of: plan.samplerSettings),
        ]
        settings["negative prompt"] = request.negativePrompt
        if let picture = request.initialPicture {
            settings["initial picture"] =
                "\(picture.size) \(picture.sha256)" + (picture.background.map { " over \($0)" } ?? "")
        }
        for (index, stage) in plan.stages.enumerated() { settings["stage \(index + 1)"] = text(of: stage) }
        if !plan.guidance.isEmpty {
            let guidance = request.attentiveGuidance
            settings["attentive guidance"] =
                "in \(guidance.space.rawValue), temperature \(guidance.temperature.map { "\($0)" } ?? "of the model"), "
                + "calibration \(guidance.powerCalibrate), after steps "
                + plan.guidance.map { step in
                    "\(step.step):\(step.gamma)" + (step.window.map { "/\($0.rows)x\($0.columns)" } ?? "")
                }.joined(separator: " ")
        }
        return settings
    }

    private static func text(of stage: RenderPlan.Stage) -> String {
        let decode = text(of: stage.decodeTiling) { "core \($0.core) context \($0.context)" }
        let encode = text(of: stage.encodeTiling) { "tile \($0.tile) overlap \($0.overlap)" }
        return "\(stage.size), latents \(stage.latents), conditioned on \(stage.conditioning), "
            + "steps \(stage.firstStep) to \(stage.sampler.timesteps.count), "
            + (stage.refines ? "from a picture, encode \(encode), " : "from noise, ") + "decode \(decode)"
    }

    private static func text<Geometry>(
        of tiling: AutoencoderTiling<Geometry>, _ describe: (Geometry) -> String
    ) -> String {
        switch tiling {
        case .exact(let core): core.map { "exactly in tiles of \($0) cells" } ?? "whole"
        case .approximate(let geometry): describe(geometry)
        }
    }

    private static func text(of settings: SamplerConfiguration) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Numbers that JSON does not have are left out by the settings themselves.
        return (try? encoder.encode(settings)).map { String(decoding: $0, as: UTF8.self) } ?? "\(settings)"
    }
}
