import Tensors

/// Bicubic resampling, unlimited and limited to −1...1.
struct BicubicCheck: Check {
    let keys: Set<String> = ["tensors", "sizes"]

    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison {
        let golden = try GoldenTensors(description.path("expected"))
        let tolerance = try description.tolerance()
        var comparison = Comparison()
        for name in golden.names where name.hasSuffix(".in") {
            let prefix = name.dropLast(3)
            let expected = try golden.tensor("\(prefix).out")
            guard expected.shape.count == 4 else { throw CaseFailure("\(prefix).out has shape \(expected.shape)") }
            let found = backend.resizeBicubic(
                try golden.picture(name), height: expected.shape[2], width: expected.shape[3])
            try comparison.compare("\(prefix).out", found.channelsFirst(), expected, tolerance)
            try comparison.compare(
                "\(prefix).clipped", backend.clamp(found, to: -1...1).channelsFirst(),
                golden.tensor("\(prefix).clipped"), tolerance)
        }
        try golden.requireAllRead()
        return comparison
    }
}
