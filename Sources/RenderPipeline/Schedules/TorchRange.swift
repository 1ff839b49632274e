import Tensors

/// torch's evenly spaced numbers, to the bit: sizes and filter windows truncate them, so a last bit decides.
enum TorchRange {
    /// `torch.linspace(first, last, count)` in float32 on a CPU: the step is rounded to float32, each half is
    /// counted from its own end, and every element is one fused multiply-add.
    static func linspace(_ first: Float, _ last: Float, count: Int) -> [Float] {
        guard count > 1 else { return [Float](repeating: first, count: count) }
        let step = (last - first) / Float(count - 1)
        return (0..<count).map { index in
            index < count / 2
                ? first.addingProduct(step, Float(index))
                : last.addingProduct(-step, Float(count - index - 1))
        }
    }

    /// `torch.linspace(first, last, count, dtype=torch.int)`: the same in double precision, truncated.
    static func truncatedLinspace(_ first: Int, _ last: Int, count: Int) -> [Int] {
        guard count > 1 else { return [Int](repeating: first, count: count) }
        return evenlySpaced(from: Double(first), to: Double(last), count: count).map { Int($0) }
    }

    /// `torch.logspace(log(first), log(last), count, e, dtype=torch.int)` with `e` rounded to float32.
    ///
    /// torch truncates both logarithms to integers before it spaces them, except when `count` is one.
    static func truncatedLogspace(_ first: Int, _ last: Int, count: Int) -> [Int] {
        let base = Double(Float(Elementary.exp(1)))
        let (start, end) = (Elementary.log(Double(first)), Elementary.log(Double(last)))
        guard count > 1 else { return [Int](repeating: Int(Elementary.pow(base, start)), count: count) }
        return evenlySpaced(from: start.rounded(.towardZero), to: end.rounded(.towardZero), count: count)
            .map { Int(Elementary.pow(base, $0)) }
    }

    private static func evenlySpaced(from first: Double, to last: Double, count: Int) -> [Double] {
        let step = (last - first) / Double(count - 1)
        return (0..<count).map { index in
            index < count / 2 ? first + step * Double(index) : last - step * Double(count - index - 1)
        }
    }
}
