import Tensors

/// How β, the share of noise added in each training timestep, grows (diffusers `beta_schedule`).
public enum BetaSchedule: String, Sendable, Hashable, Codable, CaseIterable {
    /// In equal steps.
    case linear
    /// Its square root in equal steps; Stable Diffusion's.
    case scaledLinear = "scaled_linear"
    /// So that ᾱ follows a squared cosine, β being at most 0.999.
    case squaredCosine = "squaredcos_cap_v2"

    /// β of `count` training timesteps, in float32 as diffusers computes it.
    func betas(from start: Double, to end: Double, count: Int) -> [Float] {
        switch self {
        case .linear:
            return TorchRange.linspace(Float(start), Float(end), count: count)
        case .scaledLinear:
            return TorchRange.linspace(Float(start.squareRoot()), Float(end.squareRoot()), count: count)
                .map { $0 * $0 }
        case .squaredCosine:
            func alphaBar(_ time: Double) -> Double {
                let cosine = Elementary.cos((time + 0.008) / 1.008 * Double.pi / 2)
                return cosine * cosine
            }
            return (0..<count).map { index in
                let (before, after) = (Double(index) / Double(count), Double(index + 1) / Double(count))
                return Float(min(1 - alphaBar(after) / alphaBar(before), 0.999))
            }
        }
    }
}
