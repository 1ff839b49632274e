/// What a model predicts about noised latents (diffusers `prediction_type`).
public enum PredictionType: String, Sendable, Hashable, Codable, CaseIterable {
    /// The noise.
    case epsilon
    /// The velocity: `signal`·noise − `noise`·clean (Salimans and Ho 2022).
    case velocity = "v_prediction"
    /// The clean latents.
    case sample
}

/// The two parts of variance-preserving latents: `signal`·clean + `noise`·ε, signal² + noise² = 1.
struct SignalAndNoise {
    let signal: Double
    let noise: Double

    /// With the variance of the noise σ² times that of the picture.
    init(sigma: Double) {
        signal = 1 / (sigma * sigma + 1).squareRoot()
        noise = sigma * signal
    }

    /// With the share `alphaCumprod` of the variance left to the picture.
    init(alphaCumprod: Float) {
        signal = Double(alphaCumprod).squareRoot()
        noise = Double(1 - alphaCumprod).squareRoot()
    }
}

/// A weighted sum of the latents and what the model predicted for them.
struct Estimate {
    let latents: Double
    let prediction: Double
}

extension PredictionType {
    /// The estimate of the clean latents from variance-preserving ones.
    func cleanEstimate(_ level: SignalAndNoise) -> Estimate {
        switch self {
        case .epsilon: Estimate(latents: 1 / level.signal, prediction: -level.noise / level.signal)
        case .velocity: Estimate(latents: level.signal, prediction: -level.noise)
        case .sample: Estimate(latents: 0, prediction: 1)
        }
    }

    /// The estimate of the noise in variance-preserving latents.
    func noiseEstimate(_ level: SignalAndNoise) -> Estimate {
        switch self {
        case .epsilon: Estimate(latents: 0, prediction: 1)
        case .velocity: Estimate(latents: level.noise, prediction: level.signal)
        case .sample: Estimate(latents: 1 / level.noise, prediction: -level.signal / level.noise)
        }
    }
}
