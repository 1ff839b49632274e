import SwiftProtobuf
public import Tensors

/// Parameter-free self-attention over latents (AP-LDM, equation 1): input 0, and the output in the same shape.
public struct SelfAttend: Sendable, Hashable {
    /// What dot products are divided by, above 0 and at most 10⁶.
    public let temperature: Float
    /// How the output is rescaled; alpha is 0 through 1.
    public let calibration: PowerCalibration

    /// Attention of these parameters.
    public init(temperature: Float, calibration: PowerCalibration) {
        self.temperature = temperature
        self.calibration = calibration
    }
}

extension SelfAttend: WireValue {
    init(_ proto: Apldm_V1_SelfAttend) throws(WireError) {
        let calibration: PowerCalibration =
            switch try Check.present(proto.calibration, "calibration") {
            case .none: .none
            case .meanAndVarianceAlpha(let alpha): .meanAndVariance(alpha: alpha)
            case .varianceAlpha(let alpha): .variance(alpha: alpha)
            }
        self.init(temperature: proto.temperature, calibration: calibration)
    }

    var proto: Apldm_V1_SelfAttend {
        .with {
            $0.temperature = temperature
            switch calibration {
            case .none: $0.calibration = Apldm_V1_SelfAttend.OneOf_Calibration.none(true)
            case .meanAndVariance(let alpha): $0.meanAndVarianceAlpha = alpha
            case .variance(let alpha): $0.varianceAlpha = alpha
            }
        }
    }

    func check() throws(WireError) {
        try Check.range(temperature, .leastNormalMagnitude...1e6, "temperature")
        switch calibration {
        case .none: break
        case .meanAndVariance(let alpha), .variance(let alpha): try Check.range(alpha, 0...1, "calibration.alpha")
        }
    }
}
