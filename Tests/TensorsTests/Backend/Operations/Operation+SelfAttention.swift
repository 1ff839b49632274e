import Tensors

extension Operation {
    static let selfAttentions =
        [4, 8, 16].flatMap { channels in
            [PowerCalibration.none, .meanAndVariance(alpha: 0.9), .variance(alpha: 0.7)].flatMap { calibration in
                // Fewer cells than a vector has lanes, an odd number of them, several blocks of queries and of keys.
                [(1, 3), (7, 9), (13, 21)].map { selfAttention($0.0, $0.1, channels, calibration) }
            }
        } + [
            selfAttention(5, 5, 3, .meanAndVariance(alpha: 0)),
            selfAttention(5, 5, 1, .variance(alpha: 1)),
            selfAttention(10, 11, 64, .none),  // the most channels that a configuration may ask for
        ]

    private static func selfAttention(
        _ height: Int, _ width: Int, _ channels: Int, _ calibration: PowerCalibration
    ) -> Operation {
        let temperature = Float(channels).squareRoot()
        let epsilon = 1e-6
        return Operation(
            "self-attention of \(height)×\(width)×\(channels), \(calibration)",
            [.seeded([items, height, width, channels], seed: 1, in: -2...2)], tolerance: 2e-6,
            call: { backend, x in
                backend.selfAttend(x[0], temperature: temperature, calibration: calibration)
            },
            reference: { x in
                let cells = ReferenceArray([height * width, channels], x[0])
                return (0..<height * width).flatMap { (cell) -> [Double] in
                    let scores = (0..<height * width).map { key in
                        var sum = 0.0
                        for channel in 0..<channels { sum += cells[cell, channel] * cells[key, channel] }
                        return sum / Double(temperature)
                    }
                    let shares = softmax(scores)
                    let variance = shares.reduce(0) { $0 + $1 * $1 }
                    return (0..<channels).map { (channel) -> Double in
                        var mixed = 0.0
                        for (key, share) in shares.enumerated() { mixed += share * cells[key, channel] }
                        switch calibration {
                        case .none:
                            return mixed
                        case .meanAndVariance(let alpha):
                            let ratio = mixed / (cells[cell, channel] + epsilon)
                            let power = Double(alpha) * ratio * ratio + (1 - Double(alpha)) * variance
                            return mixed / (power.squareRoot() + epsilon)
                        case .variance(let alpha):
                            let power = Double(alpha) + (1 - Double(alpha)) * variance
                            return mixed / (power.squareRoot() + epsilon)
                        }
                    }
                }
            })
    }
}
