/// How the timesteps of a run are spread over those of the training (Lin et al. 2024, table 2; diffusers
/// `timestep_spacing`).
public enum TimestepSpacing: String, Sendable, Hashable, Codable, CaseIterable {
    /// Equally from the first through the last; not always whole numbers.
    case linspace
    /// Multiples of a whole step, counted from the first and moved by the offset.
    case leading
    /// Counted back from the last.
    case trailing

    /// `steps` timesteps, noisiest first.
    ///
    /// - Parameters:
    ///   - steps: how many.
    ///   - configuration: the number of training timesteps and the offset.
    ///   - leavingOutFirst: whether `linspace` and `leading` divide the range into one part more and leave out
    ///     its least noisy end, as DPM-Solver does.
    /// - Returns: falling timesteps, not rounded when they are spread by `linspace`.
    /// - Throws: ``RequestError`` when there cannot be so many steps.
    static func timesteps(
        _ steps: Int, _ configuration: SamplerConfiguration, leavingOutFirst: Bool = false
    ) throws(RequestError) -> [Double] {
        let training = configuration.trainingTimesteps ?? SamplerConfiguration.defaultTrainingTimesteps
        let offset = configuration.stepsOffset ?? 0
        guard (1...training).contains(steps) else {
            throw RequestError(
                option: "--num-inference-steps", problem: "\(steps) steps cannot be taken",
                remedy: "use 1 to \(training)")
        }
        guard (0..<training).contains(offset) else {
            throw RequestError(
                option: "steps_offset", problem: "the value \(offset) is out of range",
                remedy: "use 0 to \(training - 1)")
        }
        let parts = leavingOutFirst ? steps + 1 : steps
        let dropped = parts - steps
        switch configuration.timestepSpacing ?? .leading {
        case .linspace:
            return Array(linspace(to: Double(training - 1), count: parts).dropFirst(dropped).reversed())
        case .leading:
            return (dropped..<parts).reversed().map { Double($0 * (training / parts) + offset) }
        case .trailing:
            // numpy's arange counts with the difference of its first two elements. For some numbers of steps it
            // yields one element too many, timestep −1, at which diffusers would run one step more: not here.
            let last = Double(training)
            let difference = (last - last / Double(steps)) - last
            return (0..<steps).map { (last + Double($0) * difference).rounded(.toNearestOrEven) - 1 }
        }
    }

    /// `numpy.linspace(0, last, count)`.
    static func linspace(to last: Double, count: Int) -> [Double] {
        guard count > 1 else { return [Double](repeating: 0, count: count) }
        let step = last / Double(count - 1)
        return (0..<count - 1).map { Double($0) * step } + [last]
    }
}
