import DiffusionModels
import RenderPipeline
import Tensors

/// Whole renders: every recorded intermediate, and the picture's levels.
struct PipelineCheck: Check {
    let keys: Set<String> = ["model", "options", "png", "size"]

    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison {
        let golden = try GoldenTensors(description.path("expected"))
        guard let tolerances = try description.object("tol") else { throw CaseFailure("'tol' is missing") }
        let isDirect = try Self.isDirect(description)
        let recorded = RecordedTensors()
        let picture = try await Self.render(description, on: backend, RenderObserver(record: recorded.record))

        let latents = Tolerance(absolute: try tolerances.double("latents_atol"), relative: 0)
        let images = Tolerance(absolute: try tolerances.double("image_atol"), relative: 0)
        var comparison = Comparison()
        for name in golden.names {
            // The direct method has one stage, whose number the goldens leave out.
            let found = isDirect ? name.replacingFirst("latents", "latents.0").replacingFirst("image", "image.0") : name
            if found.hasSuffix(".stats") {
                golden.markRead(name)  // informative
            } else if found.hasSuffix(".crop") {
                guard let image = recorded[String(found.dropLast(5))] else {
                    throw CaseFailure("the render made no \(found)")
                }
                try comparison.compare(name, image.goldenCrop(48), golden.tensor(name), images)
            } else {
                guard let tensor = recorded[found] else { throw CaseFailure("the render made no \(name)") }
                try comparison.compare(name, tensor, golden.tensor(name), latents)
            }
        }
        try golden.requireAllRead()
        if let size = try description.integers("size") {
            comparison.require("size", Array(picture.shape[1...2]), equals: size)
        }
        if let png = try description.optionalString("png") {
            try comparison.compareLevels(
                PixelImage(decoded: picture, item: 0), description.path(relative: png),
                largest: tolerances.double("png_max_level"), mean: tolerances.double("png_mean_level"))
        }
        return comparison
    }

    private static func isDirect(_ description: CaseDescription) throws -> Bool {
        try description.string("kind") == "direct"
    }

    /// What the case describes, `[1, height, width, 3]`.
    static func render(
        _ description: CaseDescription, on backend: any ComputeBackend, _ observer: RenderObserver
    ) async throws -> Tensor {
        guard let options = try description.object("options") else { throw CaseFailure("'options' is missing") }
        let request = try RenderRequest(reference: options, method: isDirect(description) ? .direct : .apldm)
        let model = try DiffusionModel.load(folder: description.path("model"))
        let executor = LocalExecutor(model: model, backend: backend)
        let plan = try RenderPlan(
            request, model: executor.model,
            scheduler: SamplerConfiguration(schedulerFile: model.schedulerConfigurationPath))
        return try await Renderer(executor: executor).render(plan, observer: observer).picture
    }
}

extension Comparison {
    /// Compares a picture's levels with those of a PNG.
    mutating func compareLevels(_ picture: PixelImage, _ path: String, largest: Double, mean: Double) throws {
        let expected = try PixelImage(pngFile: path)
        guard picture.width == expected.width, picture.height == expected.height else {
            throw CaseFailure("\(path) has another size")
        }
        var sum = 0
        var maximum = 0
        for (a, b) in zip(picture.pixels, expected.pixels) {
            let difference = abs(Int(a) - Int(b))
            sum += difference
            maximum = max(maximum, difference)
        }
        compare("PNG largest level", Double(maximum), 0, Tolerance(absolute: largest, relative: 0))
        compare(
            "PNG mean level", Double(sum) / Double(max(1, picture.pixels.count)), 0,
            Tolerance(absolute: mean, relative: 0))
    }
}

extension String {
    /// The text with `whole` in place of `part` where it stands at the beginning.
    fileprivate func replacingFirst(_ part: String, _ whole: String) -> String {
        hasPrefix(part) && !hasPrefix(whole) ? whole + dropFirst(part.count) : self
    }
}
