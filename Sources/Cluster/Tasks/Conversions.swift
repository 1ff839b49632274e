import ClusterMessages
import DiffusionModels
import RenderPipeline

extension NegativePrompt {
    init(_ negative: EncodeText.Negative) {
        self =
            switch negative {
            case .unused: .unused
            case .absent: .absent
            case .text(let text): .text(text)
            }
    }
}

extension EncodeText.Negative {
    init(_ negative: NegativePrompt) {
        self =
            switch negative {
            case .unused: .unused
            case .absent: .absent
            case .text(let text): .text(text)
            }
    }
}

extension AutoencoderDirection {
    init(_ direction: PassDirection) {
        self =
            switch direction {
            case .decode: .decode
            case .encode: .encode
            }
    }
}

extension PassDirection {
    init(_ direction: AutoencoderDirection) {
        self =
            switch direction {
            case .decode: .decode
            case .encode: .encode
            }
    }
}

extension TilePlace.Pass {
    init(_ task: TileTask) {
        self.init(
            session: task.session, direction: AutoencoderDirection(task.direction), height: task.height,
            width: task.width, core: task.core)
    }
}

extension OperationKind {
    /// What the dispatcher calls it.
    var dispatched: [ClusterOperation] {
        switch self {
        case .encodeText: [.encodeText]
        case .predictNoise: [.predictNoise]
        case .selfAttend: [.selfAttend]
        case .upsample: [.upsample]
        case .tile: [.decodeTile, .encodeTile]
        case .attend: [.attendPositions]
        case .part: [.autoencoderPart]
        case .denoise: [.denoiseSegment]
        case .canary: [.canary]
        }
    }
}
