import Tensors

extension Operation {
    static let groupNorms =
        [Activation.none, .silu, .gelu, .quickGELU].map { groupNorm([5, 3], 8, groups: 4, activation: $0) } + [
            groupNorm([1, 1], 6, groups: 2),
            groupNorm([9], 10, groups: 5, activation: .silu),  // tokens
            groupNorm([33, 17], 33, groups: 11, activation: .silu),
            groupNorm([8, 8], 64, groups: 64),
            groupNorm([7, 7], 12, groups: 1),
            groupNorm([150, 61], 16, groups: 4, activation: .silu),  // several blocks of sums
        ]

    static let groupNormsWithMoments = [
        groupNormWithMoments([5, 3], 8, groups: 4),
        groupNormWithMoments([40, 50], 70, groups: 7, activation: .silu),
    ]

    static let moments = [
        groupMoments([4, 5], 6, groups: 3),
        groupMoments([1, 1], 1, groups: 1),
        groupMoments([67, 110], 20, groups: 5),  // several blocks of sums
    ]

    static let layerNorms = [
        layerNorm([5], 7), layerNorm([1], 1), layerNorm([3], 8), layerNorm([77], 61), layerNorm([9, 31], 320),
        layerNorm([15], 1280),
    ]

    /// Shifted and stretched, so that the statistics matter.
    private static let range: ClosedRange<Float> = -1...4

    private static func groupNorm(
        _ extents: [Int], _ channels: Int, groups: Int, activation: Activation = .none
    ) -> Operation {
        let norm = GroupNorm(
            weight: .seeded([channels], seed: 2), bias: .seeded([channels], seed: 3), groups: groups, epsilon: 1e-5)
        return Operation(
            "group norm of \(extents) × \(channels) in \(groups), \(activation)",
            [.seeded([items] + extents + [channels], seed: 1, in: range)], tolerance: 5e-7,
            call: { backend, x in backend.groupNorm(x[0], norm, activation: activation) },
            reference: { x in
                let moments = statistics(x[0], channels: channels, groups: groups)
                return normalized(x[0], norm, moments).map(activation.reference)
            })
    }

    private static func groupNormWithMoments(
        _ extents: [Int], _ channels: Int, groups: Int, activation: Activation = .none
    ) -> Operation {
        let norm = GroupNorm(
            weight: .seeded([channels], seed: 2), bias: .seeded([channels], seed: 3), groups: groups, epsilon: 1e-6)
        return Operation(
            "group norm of \(extents) × \(channels) with \(groups) given moments, \(activation)",
            [
                .seeded([items] + extents + [channels], seed: 1, in: range),
                .seeded([items, 3 * groups], seed: 4, in: 1...9),
            ], tolerance: 5e-7,
            call: { backend, x in
                let moments = statistics(x[1].doubles)
                return backend.groupNorm(x[0], norm, moments: moments, activation: activation)
            },
            reference: { x in normalized(x[0], norm, statistics(x[1])).map(activation.reference) })
    }

    private static func groupMoments(_ extents: [Int], _ channels: Int, groups: Int) -> Operation {
        Operation(
            "group moments of \(extents) × \(channels) in \(groups)",
            [.seeded([items] + extents + [channels], seed: 1, in: range)], tolerance: 1e-13,
            outcome: { backend, x in
                Outcome(backend.groupMoments(x[0], groups: groups), items: x[0].shape[0])
            },
            reference: { x in
                statistics(x[0], channels: channels, groups: groups)
                    .flatMap { [$0.count, $0.mean, $0.squaredDeviations] }
            })
    }

    private static func layerNorm(_ extents: [Int], _ width: Int) -> Operation {
        let norm = LayerNorm(weight: .seeded([width], seed: 2), bias: .seeded([width], seed: 3), epsilon: 1e-5)
        return Operation(
            "layer norm of \(extents) × \(width)", [.seeded([items] + extents + [width], seed: 1, in: range)],
            tolerance: 3e-7,
            call: { backend, x in backend.layerNorm(x[0], norm) },
            reference: { x in
                let (weight, bias) = (norm.weight.doubles, norm.bias.doubles)
                return stride(from: 0, to: x[0].count, by: width).flatMap { start in
                    let row = x[0][start..<start + width]
                    let moments = GroupMoments(of: row)
                    let deviation = (moments.variance + Double(norm.epsilon)).squareRoot()
                    return row.enumerated().map { ($1 - moments.mean) / deviation * weight[$0] + bias[$0] }
                }
            })
    }

    /// The moments of every group of `channels` consecutive elements in turn.
    private static func statistics(_ x: [Double], channels: Int, groups: Int) -> [GroupMoments] {
        (0..<groups).map { group in
            GroupMoments(of: x.indices.lazy.filter { $0 % channels * groups / channels == group }.map { x[$0] })
        }
    }

    /// Moments given as count, mean and squared deviations in turn.
    private static func statistics(_ x: [Double]) -> [GroupMoments] {
        stride(from: 0, to: x.count, by: 3).map {
            GroupMoments(count: x[$0], mean: x[$0 + 1], squaredDeviations: x[$0 + 2])
        }
    }

    private static func normalized(_ x: [Double], _ norm: GroupNorm, _ moments: [GroupMoments]) -> [Double] {
        let (weight, bias) = (norm.weight.doubles, norm.bias.doubles)
        return x.enumerated().map { index, value in
            let channel = index % weight.count
            let group = moments[channel * norm.groups / weight.count]
            let deviation = (group.variance + Double(norm.epsilon)).squareRoot()
            return (value - group.mean) / deviation * weight[channel] + bias[channel]
        }
    }
}

extension GroupMoments {
    /// By the definition, in two passes.
    init(of elements: some Collection<Double>) {
        let count = Double(elements.count)
        let mean = elements.reduce(0, +) / count
        self.init(
            count: count, mean: mean, squaredDeviations: elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) })
    }
}
