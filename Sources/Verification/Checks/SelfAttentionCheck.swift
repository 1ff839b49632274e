import RenderPipeline
import Tensors

/// Parameter-free self-attention by itself and as guidance.
struct SelfAttentionCheck: Check {
    let keys: Set<String> = ["cases"]

    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison {
        let golden = try GoldenTensors(description.path("expected"))
        var comparison = Comparison()
        for item in try description.objects("cases") {
            try item.refuseKeys(
                otherThan: [
                    "k", "shape", "gamma", "alpha_t", "lam", "power_calibrate", "window", "vp", "scale", "fp32_err",
                    "tol",
                ])
            let prefix = try item.integer("k")
            let tolerance = try item.tolerance()
            let z = try golden.picture("\(prefix).z")
            let temperature = try item.optionalDouble("lam").map { Float($0) } ?? Float(z.shape[3]).squareRoot()
            let alpha = Float(try item.optionalDouble("alpha_t") ?? 0)
            let calibration: PowerCalibration
            switch try item.optionalInteger("power_calibrate") ?? 0 {
            case 0: calibration = .none
            case 1: calibration = .meanAndVariance(alpha: alpha)
            case 2: calibration = .variance(alpha: alpha)
            case let other: throw CaseFailure("power_calibrate \(other) is not a mode")
            }
            try comparison.compare(
                "\(prefix).pfsa",
                backend.selfAttend(z, temperature: temperature, calibration: calibration).channelsFirst(),
                golden.tensor("\(prefix).pfsa"), tolerance)

            let scale = Float(try item.optionalDouble("vp") ?? 1)
            let x = z.scaled(by: scale)
            var source = x
            if let window = try item.integers("window") {
                guard window.count == 2, window.allSatisfy({ (0...1_000_000).contains($0) }) else {
                    throw CaseFailure("a window is two numbers of 0 or more")
                }
                let limit = BandLimit(
                    size: Extent(height: x.shape[1], width: x.shape[2]),
                    window: FrequencyFilter.Window(rows: window[0], columns: window[1]))
                source = limit(x)
            }
            let attended = backend.selfAttend(source, temperature: temperature, calibration: calibration)
            let guided = x.combined(1, attended.combined(1, x, -1), Float(try item.double("gamma")))
            try comparison.compare(
                "\(prefix).guided", guided.divided(by: scale).channelsFirst(), golden.tensor("\(prefix).guided"),
                tolerance)
        }
        try golden.requireAllRead()
        return comparison
    }
}
