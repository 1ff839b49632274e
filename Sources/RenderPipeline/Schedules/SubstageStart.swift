/// How much of its schedule a sub-stage runs: it starts from a picture, so the noisiest steps are left out.
public enum SubstageStart: Sendable, Hashable {
    /// The fraction of the steps that is left out, 0 up to but not including 1 (official code `init_rates`);
    /// the number of steps left out is truncated.
    case initRate(Double)
    /// The fraction of the steps that is run, above 0 and up to 1 (the paper's η₂); rounded to nearest.
    case eta2(Double)

    /// The index of the first of `steps` steps that is run.
    ///
    /// - Throws: ``RequestError`` when the fraction is out of range or leaves no step.
    public func index(steps: Int) throws(RequestError) -> Int {
        let start: Int
        let option: String
        switch self {
        case .initRate(let rate):
            guard (0..<1).contains(rate) else {
                throw RequestError(
                    option: "--init-rates", problem: "\(rate) is not a fraction of the steps to leave out",
                    remedy: "use 0 up to but not including 1")
            }
            option = "--init-rates"
            // The product is truncated as it is: 50 · 0.58 = 28.999… leaves out 28 steps, as in the official code.
            start = Int(Double(steps) * rate)
        case .eta2(let fraction):
            guard fraction > 0, fraction <= 1 else {
                throw RequestError(
                    option: "--eta2", problem: "\(fraction) is not a fraction of the steps to run",
                    remedy: "use more than 0 and up to 1")
            }
            option = "--eta2"
            start = steps - Int((fraction * Double(steps) + 0.5).rounded(.down))
        }
        guard start < steps else {
            throw RequestError(
                option: option, problem: "a sub-stage has no step left of \(steps)",
                remedy: "run a larger part of the steps, or more steps")
        }
        return start
    }

    /// What is used when nothing is asked for: η₂ by how many times larger than the native area the request is.
    ///
    /// Up to 8 times, one sub-stage (0.2); up to 16 times, two (0.1, 0.2); one more (0.2) for every further
    /// factor of 4. The first two are the paper's settings for 2048² and 4096² with a native 1024².
    public static func defaults(areaRatio: Double) -> [SubstageStart] {
        if areaRatio <= 8 { return [.eta2(0.2)] }
        var (starts, reach): ([SubstageStart], Double) = ([.eta2(0.1), .eta2(0.2)], 16)
        while areaRatio > reach, starts.count < SizeSchedule.mostSubstages {
            starts.append(.eta2(0.2))
            reach *= 4
        }
        return starts
    }
}
