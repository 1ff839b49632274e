public import DiffusionModels
public import Tensors

/// Carries out the operations on this host, on a compute thread of its own.
public actor LocalExecutor: Executor {
    private let diffusion: DiffusionModel
    private let backend: any ComputeBackend
    private let thread = ComputeThread(name: "apldm-compute-0")
    /// See ``Executor/model``.
    public nonisolated let model: ModelProperties

    /// The compute thread: no operation occupies the threads that asynchronous code shares.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - model: what draws.
    ///   - backend: what it is computed on.
    public init(model: DiffusionModel, backend: any ComputeBackend) {
        diffusion = model
        self.backend = backend
        self.model = ModelProperties(model)
    }

    /// See ``Executor/encodePrompt(_:negative:)``.
    public func encodePrompt(_ prompt: String, negative: NegativePrompt) -> [PromptEncoder.Encoding] {
        let positive = diffusion.prompts.encode(prompt, on: backend)
        return switch negative {
        case .unused: [positive]
        case .absent: [diffusion.prompts.encodeNegative(nil, on: backend), positive]
        case .text(let text): [diffusion.prompts.encodeNegative(text, on: backend), positive]
        }
    }

    /// See ``Executor/predictNoise(_:timestep:branches:size:)``.
    public func predictNoise(
        _ latents: Tensor, timestep: Double, branches: [PromptEncoder.Encoding], size: Extent
    ) -> [Tensor] {
        let (height, width) = (Float(size.height), Float(size.width))
        let conditioning = UNetConditioning(
            context: Tensor(joining: branches.map(\.context)),
            pooled: diffusion.family.hasAddition ? Tensor(joining: branches.compactMap(\.pooled)) : nil,
            timeIDs: Array(repeating: [height, width, 0, 0, height, width], count: branches.count))
        let batch = Tensor(joining: Array(repeating: latents, count: branches.count))
        let prediction = diffusion.unet(batch, timestep: Float(timestep), conditioning: conditioning, on: backend)
        return branches.indices.map { prediction.batchItem($0) }
    }

    /// See ``Executor/selfAttend(_:temperature:calibration:)``.
    public func selfAttend(_ latents: Tensor, temperature: Float, calibration: PowerCalibration) -> Tensor {
        backend.selfAttend(latents, temperature: temperature, calibration: calibration)
    }

    /// See ``Executor/resize(_:to:)``.
    public func resize(_ picture: Tensor, to size: Extent) -> Tensor {
        backend.clamp(backend.resizeBicubic(picture, height: size.height, width: size.width), to: -1...1)
    }

    /// See ``Executor/encode(_:tiling:)``.
    public func encode(_ picture: Tensor, tiling: EncodeTiling?) -> Tensor {
        let autoencoder = diffusion.autoencoder
        let mean =
            if let tiling {
                autoencoder.posteriorMean(of: picture, tiling: tiling, on: backend)
            } else {
                autoencoder.posterior(of: picture, on: backend).mean
            }
        return mean.scaled(by: autoencoder.configuration.scalingFactor)
    }

    /// See ``Executor/decode(_:tiling:)``.
    public func decode(_ latents: Tensor, tiling: DecodeTiling?) -> Tensor {
        let autoencoder = diffusion.autoencoder
        let unscaled = latents.divided(by: autoencoder.configuration.scalingFactor)
        return if let tiling {
            autoencoder.decode(unscaled, tiling: tiling, on: backend)
        } else {
            autoencoder.decode(unscaled, on: backend)
        }
    }
}
