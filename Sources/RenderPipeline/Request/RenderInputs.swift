public import Tensors

/// What a render is given beside its plan.
public struct RenderInputs: Sendable {
    /// Noise to start the stages from instead of the seed's, channels last and unscaled; usually none.
    public var noise: [Tensor]
    /// The picture that the plan's ``RenderRequest/initialPicture`` describes, `[1, height, width, 3]`, about −1...1.
    public var initialPicture: Tensor?
    /// The last stage of an earlier run of the same plan, to go on from; nil begins with the first stage.
    public var finished: FinishedStage?
    /// A stage that an earlier run has begun, to go on with in place of ``finished``.
    package var unfinished: UnfinishedStage?

    /// - Parameters:
    ///   - noise: noise to start the stages from instead of the seed's, channels last and unscaled.
    ///   - initialPicture: the picture that the plan's request describes.
    ///   - finished: the last stage of an earlier run, to go on from.
    public init(noise: [Tensor] = [], initialPicture: Tensor? = nil, finished: FinishedStage? = nil) {
        self.noise = noise
        self.initialPicture = initialPicture
        self.finished = finished
    }

    /// Checks that they are what `plan` was made for.
    func check(_ plan: RenderPlan) throws(RequestError) {
        let expected = plan.request.initialPicture.map { [1, $0.size.height, $0.size.width, 3] }
        guard initialPicture?.shape == expected, initialPicture?.isFinite != false else {
            throw RequestError(
                option: "--init-image",
                problem:
                    "the picture has the shape \(initialPicture?.shape ?? []), not \(expected ?? []), or is not finite",
                remedy: "give the picture that the request describes")
        }
        if let unfinished { try unfinished.check(plan) }
        guard let finished else { return }
        guard plan.stages.indices.contains(finished.index) else {
            throw RequestError(
                option: "--resume", problem: "there is no stage \(finished.index + 1) of \(plan.stages.count)",
                remedy: "resume the request that was interrupted")
        }
        let stage = plan.stages[finished.index]
        let latents = [1, stage.latents.height, stage.latents.width, plan.model.latentChannels]
        let picture = [1, stage.size.height, stage.size.width, 3]
        guard finished.latents.shape == latents, finished.picture.shape == picture, finished.latents.isFinite,
            finished.picture.isFinite
        else {
            throw RequestError(
                option: "--resume",
                problem: "stage \(finished.index + 1) has latents of \(finished.latents.shape) and a picture of "
                    + "\(finished.picture.shape), not \(latents) and \(picture), or they are not finite",
                remedy: "resume the request that was interrupted")
        }
    }
}

/// What a stage leaves behind: all that the next one needs, beside the random numbers.
public struct FinishedStage: Sendable {
    /// Which stage of the plan, from 0.
    public var index: Int
    /// Its latents, `[1, height, width, channels]`, scaled.
    public var latents: Tensor
    /// Its decoded picture, `[1, height, width, 3]`, about −1...1 and not limited to it.
    public var picture: Tensor

    /// - Parameters:
    ///   - index: which stage of the plan, from 0.
    ///   - latents: its latents, `[1, height, width, channels]`, scaled.
    ///   - picture: its decoded picture, `[1, height, width, 3]`.
    public init(index: Int, latents: Tensor, picture: Tensor) {
        self.index = index
        self.latents = latents
        self.picture = picture
    }
}
