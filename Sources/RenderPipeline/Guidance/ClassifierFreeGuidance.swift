import Tensors

/// Leads a prediction away from the negative branch: u + s·(c − u) (diffusers' pipelines).
struct ClassifierFreeGuidance: Sendable {
    let scale: Double
    /// The share of the result whose deviation is brought back to the positive branch's (Lin et al., 2023).
    let rescale: Double

    /// Whether there is a negative branch at all.
    var isOn: Bool { scale > 1 }

    /// - Parameter predictions: the negative and the positive branch, or the positive one alone.
    /// - Returns: the guided prediction, or the positive branch as it is when it stands alone.
    func callAsFunction(_ predictions: [Tensor]) -> Tensor {
        guard predictions.count == 2 else { return predictions[0] }
        let (negative, positive) = (predictions[0], predictions[1])
        let guided = negative.combined(1, positive.combined(1, negative, -1), Float(scale))
        guard rescale > 0 else { return guided }
        let ratio = positive.standardDeviation / guided.standardDeviation
        return guided.scaled(by: ratio).combined(Float(rescale), guided, Float(1 - rescale))
    }
}

extension Tensor {
    /// The unbiased standard deviation of all elements.
    fileprivate var standardDeviation: Float {
        withSpan { span in
            var sum = 0.0
            for index in span.indices { sum += Double(span[index]) }
            let mean = sum / Double(span.count)
            var squares = 0.0
            for index in span.indices {
                let deviation = Double(span[index]) - mean
                squares += deviation * deviation
            }
            return Float((squares / Double(span.count - 1)).squareRoot())
        }
    }
}
