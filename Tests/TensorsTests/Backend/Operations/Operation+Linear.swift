import Tensors

extension Operation {
    static let linear = [
        linear([1], 7, 5),
        linear([13], 17, 3, activation: .silu),
        linear([], 320, 1280, activation: .silu),  // a time embedding: one row, columns in blocks
        linear([77], 64, 130, activation: .quickGELU),
        linear([20], 33, 1000, activation: .gelu),  // columns in blocks
        linear([385], 40, 100, bias: false),  // rows and columns in blocks, one row left over
        linear([7, 171], 30, 70, bias: false, activation: .silu),
        linear([400], 700, 65),  // three blocks of depth, columns in two panels
        linear([1537], 24, 300, activation: .gelu),  // with its batch, four blocks of rows
        linear([97], 321, 257),  // one more than a block each way
        linear([31], 1281, 33, activation: .silu),
    ]

    private static func linear(
        _ extents: [Int], _ inputs: Int, _ outputs: Int, bias: Bool = true, activation: Activation = .none
    ) -> Operation {
        let layer = Linear(
            weight: Parameter(.seeded([outputs, inputs], seed: 2)),
            bias: bias ? .seeded([outputs], seed: 3) : nil)
        return Operation(
            "linear \(extents) × \(inputs) → \(outputs)\(bias ? " with bias" : ""), \(activation)",
            [.seeded([items] + extents + [inputs], seed: 1)], tolerance: 1e-6,
            call: { backend, x in backend.linear(x[0], layer, activation: activation) },
            reference: { x in
                let weight = layer.weight.widened().doubles
                let bias = layer.bias?.doubles
                var result: [Double] = []
                for row in stride(from: 0, to: x[0].count, by: inputs) {
                    for output in 0..<outputs {
                        var sum = bias?[output] ?? 0
                        for input in 0..<inputs { sum += x[0][row + input] * weight[output * inputs + input] }
                        result.append(activation.reference(sum))
                    }
                }
                return result
            })
    }
}
