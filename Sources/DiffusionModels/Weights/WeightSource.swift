package import Tensors

/// Where a network's tensors come from.
package protocol WeightSource {
    /// Whether there is a tensor `name`.
    func contains(_ name: String) -> Bool

    /// The tensor `name`, of exactly this shape, all elements finite.
    func parameter(_ name: String, shape: [Int]) throws(ModelError) -> Parameter
}
