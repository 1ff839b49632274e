import Tensors

/// The noise levels σ of the training timesteps as a function of a timestep that may lie between two of them.
struct NoiseLevels: Sendable {
    /// σ of every training timestep, rising.
    private let sigmas: [Float]

    init(_ schedule: NoiseSchedule) { sigmas = schedule.sigmas }

    /// The lowest noise level.
    var lowest: Double { Double(sigmas[0]) }
    /// The highest noise level.
    var highest: Double { Double(sigmas[sigmas.count - 1]) }

    /// σ at `timestep`, interpolated linearly and held at both ends (`numpy.interp`).
    func sigma(at timestep: Double) -> Double {
        let index = timestep.rounded(.down)
        if index < 0 { return lowest }
        if index >= Double(sigmas.count - 1) { return highest }
        let (below, above) = (Double(sigmas[Int(index)]), Double(sigmas[Int(index) + 1]))
        return (above - below) * (timestep - index) + below
    }

    /// `count` noise levels from `highest` down to `lowest`, spaced as by Karras et al. 2022 with ρ = 7.
    ///
    /// - Throws: ``RequestError`` when the two are no range of noise levels.
    static func karras(
        from highest: Double, to lowest: Double, count: Int
    ) throws(RequestError) -> [Double] {
        guard lowest > 0, highest >= lowest, highest.isFinite else {
            throw RequestError(
                option: "sigma_min, sigma_max", problem: "\(lowest) to \(highest) is no range of noise levels",
                remedy: "use positive numbers, the smaller one first")
        }
        let rho = 7.0
        let (first, last) = (Elementary.pow(highest, 1 / rho), Elementary.pow(lowest, 1 / rho))
        return TimestepSpacing.linspace(to: 1, count: count).map { ramp in
            Elementary.pow(first + ramp * (last - first), rho)
        }
    }

    /// The timesteps at which `levels` occur, interpolated in ln σ, which diffusers tabulates in float32.
    func timesteps(of levels: [Double]) -> [Double] {
        let logarithms = sigmas.map { Double(Float(Elementary.log(Double($0)))) }
        return levels.map { level in
            let logarithm = Elementary.log(max(level, 1e-10))
            let reached = logarithms.lastIndex { $0 <= logarithm } ?? 0
            let index = min(reached, logarithms.count - 2)
            let (below, above) = (logarithms[index], logarithms[index + 1])
            if above == below { return Double(index) }
            let weight = min(max((below - logarithm) / (below - above), 0), 1)
            return (1 - weight) * Double(index) + weight * Double(index + 1)
        }
    }
}
