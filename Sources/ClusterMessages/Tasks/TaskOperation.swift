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
    /// A step of a tiled pass of the autoencoder.
    case tiles(TileOperation)
    /// A small pass over every operation, answered by ``CanaryResult`` and a result without outputs; no inputs.
    case canary

    /// Which operation it is.
    public var kind: OperationKind {
        switch self {
        case .encodeText: .encodeText
        case .predictNoise: .predictNoise
        case .selfAttend: .selfAttend
        case .upsample: .upsample
        case .tiles: .tiles
        case .canary: .canary
        }
    }

    /// Checks that a task has the inputs that the operation needs and no others.
    func check(inputCount: Int) throws(WireError) {
        let expected: Int
        switch self {
        case .encodeText, .canary: expected = 0
        case .selfAttend, .upsample: expected = 1
        case .tiles(let operation): expected = operation.inputCount
        case .predictNoise(let parameters):
            let used = parameters.usedInputs
            expected = used.count
            guard used.max() == used.count - 1 else {
                throw WireError(
                    .outOfRange, "branches", expected: "indices of inputs without a gap", found: "\(used.sorted())")
            }
        }
        guard inputCount == expected else {
            throw WireError(.outOfRange, "inputs", expected: "\(expected) for \(kind)", found: "\(inputCount)")
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
        case .tiles(let parameters):
            self = .tiles(try within("tiles") { () throws(WireError) in try TileOperation(parameters) })
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
            case .tiles(let parameters): $0.tiles = parameters.proto
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
            case .tiles(let parameters): try parameters.check()
            case .canary: break
            }
        }
    }
}
