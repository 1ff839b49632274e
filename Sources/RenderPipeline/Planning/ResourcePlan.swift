public import DiffusionModels

/// What a plan takes of a host: work and memory of every stage, before anything is computed.
public struct ResourcePlan: Sendable {
    /// The stages in the order in which they run.
    public let stages: [StageCost]
    private let plan: RenderPlan
    private let model: DiffusionModel

    /// - Parameters:
    ///   - plan: what will be rendered.
    ///   - model: what will draw it.
    public init(_ plan: RenderPlan, model: DiffusionModel) {
        self.plan = plan
        self.model = model
        let guidance = ClassifierFreeGuidance(scale: plan.request.guidanceScale, rescale: 0)
        var source = plan.request.initialPicture?.size
        stages = plan.stages.map { stage in
            defer { source = stage.size }
            return StageCost(stage, from: source, branches: guidance.isOn ? 2 : 1, model: model)
        }
    }

    /// The least bytes beside the weights with which it can be rendered at all.
    public var leastMemory: Int { stages.flatMap(\.needs).map(\.least).max() ?? 0 }

    /// Bytes beside the weights with which nothing has to be put aside, split or computed again.
    public var comfortableMemory: Int { stages.flatMap(\.needs).map(\.comfortable).max() ?? 0 }

    /// Refuses a render that cannot do with the memory there is.
    ///
    /// - Parameters:
    ///   - available: the bytes that tensors may take.
    ///   - isLimited: whether the user set the limit.
    /// - Throws: ``RequestError`` with the part that needs most, both figures and what would fit.
    public func requireFit(in available: Int, isLimited: Bool) throws(RequestError) {
        guard leastMemory > available else { return }
        let needs = stages.enumerated().flatMap { stage in stage.element.needs.map { (stage.offset, $0) } }
        guard let (stage, need) = needs.max(by: { $0.1.least < $1.1.least }) else { return }
        throw RequestError(
            option: isLimited ? "--memory-limit" : "--width, --height",
            problem:
                "\(need.part) \(plan.stages[stage].size) needs at least \(Self.text(need.least)) of memory beside "
                + "the model's weights, and \(Self.text(available)) \(isLimited ? "are left of the limit" : "are free")",
            remedy: remedy(for: available))
    }

    /// What would fit: smaller tiles where they are enough, otherwise the largest picture of this shape.
    private func remedy(for available: Int) -> String {
        let request = plan.request
        let isExact = request.decodeTiling == nil && request.encodeTiling == nil
        for core in [48, 32, 16] where isExact && core < request.tileCore ?? 0 && fits(available, core: core, scale: 1)
        {
            return "--tile-core \(core) would fit (other tiles change roundings, so they are part of the request)"
        }
        // Stages are no larger than the last one, so that it decides.
        for share in stride(from: 31, to: 0, by: -1)
        where fits(available, core: request.tileCore, scale: Double(share) / 32) {
            return "\(scaled(Double(share) / 32).multiplied(by: model.autoencoder.configuration.factor)) would fit"
        }
        return "nothing of this model would fit: give it more memory"
    }

    /// The last stage's latents at another scale.
    private func scaled(_ scale: Double) -> Extent {
        let latents = plan.stages.last?.latents ?? Extent(height: 1, width: 1)
        return Extent(
            height: max(1, Int(Double(latents.height) * scale)), width: max(1, Int(Double(latents.width) * scale)))
    }

    private func fits(_ available: Int, core: Int?, scale: Double) -> Bool {
        let cells = scaled(scale)
        let autoencoder = model.autoencoder
        if let core, cells.area / (core * core) > RenderPlan.mostTiles { return false }
        return [
            autoencoder.decodeCost(height: cells.height, width: cells.width, core: core).leastMemory,
            autoencoder.encodeCost(height: cells.height, width: cells.width, core: core).leastMemory,
            passMemory(cells),
        ].allSatisfy { Double($0) * 1.02 < Double(available) }
    }

    /// Of a UNet pass over the last stage's latents if they had so many cells, or over one of its windows.
    private func passMemory(_ cells: Extent) -> Int {
        let window = plan.stages.last?.windows?.window ?? cells
        return model.unet.configuration.cost(
            height: min(cells.height, window.height), width: min(cells.width, window.width)
        ).memory
    }

    /// Bytes for a person.
    public static func text(_ bytes: Int) -> String {
        let mebibytes = Double(bytes) / 0x1p20
        return mebibytes < 1024
            ? "\(Int(mebibytes.rounded(.up))) MiB" : "\((mebibytes / 102.4).rounded(.up) / 10) GiB"
    }
}
