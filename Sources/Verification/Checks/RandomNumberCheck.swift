import Tensors

/// torch's random numbers, by the names of the expected tensors.
struct RandomNumberCheck: Check {
    let keys: Set<String> = ["tensors"]

    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison {
        let golden = try GoldenTensors(description.path("expected"))
        let tolerance = try description.tolerance()
        var comparison = Comparison()
        for name in golden.names {
            let parts = name.split(separator: ".")
            guard parts.count >= 3, parts[1].hasPrefix("seed"), let seed = UInt64(parts[1].dropFirst(4)) else {
                throw CaseFailure("'\(name)' is not the name of random numbers")
            }
            var generator = TorchGenerator(seed: seed)
            if parts[0] == "seq" {
                let counts = parts[2].split(separator: "-").compactMap { Int($0) }
                let found = counts.flatMap { generator.randn(count: $0) }.map(Double.init)
                try comparison.compare(name, found, golden.doubles(name), tolerance)
                continue
            }
            guard parts[2].hasPrefix("n"), let count = Int(parts[2].dropFirst()), (0...100_000_000).contains(count)
            else {
                throw CaseFailure("'\(name)' does not say how many numbers")
            }
            switch parts[0] {
            case "bits32":
                comparison.require(
                    name, (0..<count).map { _ in Int64(generator.nextBits32()) }, equals: try golden.integers(name))
            case "rand":
                try comparison.compare(
                    name, (0..<count).map { _ in Double(generator.nextUniform()) }, golden.doubles(name), .exact)
            case "rand64":
                try comparison.compare(
                    name, (0..<count).map { _ in generator.nextUniform64() }, golden.doubles(name), .exact)
            case "randn":
                try comparison.compare(
                    name, generator.randn(count: count).map(Double.init), golden.doubles(name), tolerance)
            case "randn_big":
                let numbers = generator.randn(count: count).map(Double.init)
                switch parts.last {
                case "head":
                    try comparison.compare(name, numbers.prefix(64), golden.doubles(name), tolerance)
                case "tail":
                    try comparison.compare(name, numbers.suffix(64), golden.doubles(name), tolerance)
                case "stats":
                    let sum = numbers.reduce(0, +)
                    let squares = numbers.reduce(0) { $0 + $1 * $1 }
                    let largest = numbers.reduce(0) { max($0, abs($1)) }
                    try comparison.compare(
                        name, [sum, squares, largest], golden.doubles(name), Tolerance(absolute: 2e-2, relative: 0))
                default: throw CaseFailure("'\(name)' is none of head, tail and stats")
                }
            default: throw CaseFailure("'\(parts[0])' is no kind of random numbers")
            }
        }
        try golden.requireAllRead()
        return comparison
    }
}
