import SwiftProtobuf

/// What a worker can be asked to do. The set is closed: no code, no paths, nothing else.
public enum TaskOperation: Sendable, Hashable {
    /// A prompt to conditioning; no inputs.
    case encodeText(EncodeText)
    /// Latents to predicted noise.
    case predictNoise(PredictNoise)
    /// Latents to smoothed latents; one input.
    case selfAttend(SelfAttend)
    /// Bicubic resampling of a decoded picture, limited to −1...1 afterwards; one input.
    case upsample(to: PixelSize)
    /// Tiles of a pass through the autoencoder, to their next normalisation or to their end; their regions as the
    /// inputs, or none where the worker holds the tiles.
    case tile(TileTask)
    /// The autoencoder's self-attention for some positions; the whole map, or what it is made of, as the only input, or none
    /// where the worker holds it.
    case attend(AttendPositions)
    /// A part of the autoencoder around its attention and its tiles; one input.
    case part(AutoencoderPart)
    /// All steps of one stage of a picture; from the second stage on one input.
    case denoise(DenoiseStage)
    /// A small pass over every operation, answered by ``CanaryResult`` and a result without outputs; no inputs.
    case canary

    /// Which operation it is.
    public var kind: OperationKind {
        switch self {
        case .encodeText: .encodeText
        case .predictNoise: .predictNoise
        case .selfAttend: .selfAttend
        case .upsample: .upsample
        case .tile: .tile
        case .attend: .attend
        case .part: .part
        case .denoise: .denoise
        case .canary: .canary
        }
    }

    /// Checks that a task has the inputs that the operation needs and no others.
    func check(inputCount: Int) throws(WireError) {
        let expected: ClosedRange<Int>
        switch self {
        case .encodeText, .canary: expected = 0...0
        case .selfAttend, .upsample, .part: expected = 1...1
        case .attend: expected = 0...1
        case .tile(let task):
            guard inputCount == 0 || inputCount == task.tiles.count else {
                throw WireError(
                    .outOfRange, "inputs", expected: "none or \(task.tiles.count) for \(kind)", found: "\(inputCount)")
            }
            return
        case .denoise(let stage): expected = stage.inputCount...stage.inputCount
        case .predictNoise(let parameters):
            let used = parameters.usedInputs
            expected = used.count...used.count
            guard used.max() == used.count - 1 else {
                throw WireError(
                    .outOfRange, "branches", expected: "indices of inputs without a gap", found: "\(used.sorted())")
            }
        }
        guard expected.contains(inputCount) else {
            let counts = expected.map(String.init).joined(separator: " or ")
            throw WireError(.outOfRange, "inputs", expected: "\(counts) for \(kind)", found: "\(inputCount)")
        }
    }
}

extension TaskOperation: WireValue {
    init(_ proto: Apldm_V1_Operation) throws(WireError) {
        switch try Check.present(proto.kind, "kind") {
        case .encodeText(let parameters):
            self = .encodeText(try within("encodeText") { () throws(WireError) in try EncodeText(parameters) })
        case .predictNoise(let parameters): self = .predictNoise(PredictNoise(parameters))
        case .selfAttend(let parameters):
            self = .selfAttend(try within("selfAttend") { () throws(WireError) in try SelfAttend(parameters) })
        case .upsample(let parameters): self = .upsample(to: PixelSize(parameters.size))
        case .tile(let parameters):
            self = .tile(try within("tile") { () throws(WireError) in try TileTask(parameters) })
        case .attend(let parameters):
            self = .attend(try within("attend") { () throws(WireError) in try AttendPositions(parameters) })
        case .part(let parameters):
            self = .part(try within("part") { () throws(WireError) in try AutoencoderPart(parameters) })
        case .denoise(let parameters): self = .denoise(DenoiseStage(parameters))
        case .canary: self = .canary
        }
    }

    var proto: Apldm_V1_Operation {
        .with {
            switch self {
            case .encodeText(let parameters): $0.encodeText = parameters.proto
            case .predictNoise(let parameters): $0.predictNoise = parameters.proto
            case .selfAttend(let parameters): $0.selfAttend = parameters.proto
            case .upsample(let size): $0.upsample = .with { $0.size = size.proto }
            case .tile(let parameters): $0.tile = parameters.proto
            case .attend(let parameters): $0.attend = parameters.proto
            case .part(let part): $0.part = part.proto
            case .denoise(let parameters): $0.denoise = parameters.proto
            case .canary: $0.canary = .init()
            }
        }
    }

    func check() throws(WireError) {
        try within("\(kind)") { () throws(WireError) in
            switch self {
            case .encodeText(let parameters): try parameters.check()
            case .predictNoise(let parameters): try parameters.check()
            case .selfAttend(let parameters): try parameters.check()
            case .upsample(let size): try size.check()
            case .tile(let parameters): try parameters.check()
            case .attend(let parameters): try parameters.check()
            case .denoise(let parameters): try parameters.check()
            case .part, .canary: break
            }
        }
    }
}
