import Tensors
import Testing

/// One call of one operation of ``ComputeBackend``: seeded inputs, and what they should give by a plain loop in
/// binary64.
struct Operation: Sendable, CustomTestStringConvertible {
    /// Batch items of every input.
    static let items = 3

    let testDescription: String
    /// The tensors that hold the batch, `[items, ...]` each; weights belong to the call.
    let inputs: [Tensor]
    /// The largest error, as a part of the largest expected magnitude.
    let tolerance: Double
    /// Runs the operation on a batch of any size.
    let call: @Sendable (any ComputeBackend, [Tensor]) -> Outcome
    /// The elements of one item's result from those of its inputs.
    let reference: @Sendable ([[Double]]) -> [Double]

    init(
        _ name: String, _ inputs: [Tensor], tolerance: Double,
        call: @escaping @Sendable (any ComputeBackend, [Tensor]) -> Tensor,
        reference: @escaping @Sendable ([[Double]]) -> [Double]
    ) {
        self.init(name, inputs, tolerance: tolerance, outcome: { Outcome(call($0, $1)) }, reference: reference)
    }

    init(
        _ name: String, _ inputs: [Tensor], tolerance: Double,
        outcome: @escaping @Sendable (any ComputeBackend, [Tensor]) -> Outcome,
        reference: @escaping @Sendable ([[Double]]) -> [Double]
    ) {
        testDescription = name
        self.inputs = inputs
        self.tolerance = tolerance
        call = outcome
        self.reference = reference
    }

    /// Runs the operation on the whole batch.
    func run(on backend: any ComputeBackend) -> Outcome { call(backend, inputs) }

    /// Runs the operation on one item, at an address of its own.
    func run(item: Int, on backend: any ComputeBackend) -> Outcome {
        call(backend, inputs.map { $0.batchItem(item).copied() })
    }

    /// What one item should give.
    func expected(item: Int) -> [Double] { reference(inputs.map { $0.batchItem(item).doubles }) }

    /// Every operation of the protocol, in the protocol's order.
    static let all =
        linear + convolutions + groupNorms + moments + groupNormsWithMoments + layerNorms + attentions + elementwise
        + channelwise + resizing + embeddings + selfAttentions + clamps
}
