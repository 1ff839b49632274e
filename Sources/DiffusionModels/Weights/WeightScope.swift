package import Tensors

/// A place in the dotted names of a component's tensors, for example `down_blocks.0.resnets.1`.
///
///     let resnet = weights("down_blocks")[0]("resnets")[1]
///     let norm = try resnet.groupNorm("norm1", channels: 320, groups: 32, epsilon: 1e-5)
package struct WeightScope {
    let source: any WeightSource
    /// The dotted name, empty at the root.
    package let path: String

    /// The part called `child`.
    package func callAsFunction(_ child: String) -> WeightScope {
        WeightScope(source: source, path: path.isEmpty ? child : "\(path).\(child)")
    }

    /// The part at `index` of a list.
    package subscript(_ index: Int) -> WeightScope { self(String(index)) }

    /// Whether the tensor `name` is stored here, under this or an older name.
    package func contains(_ name: String) -> Bool { source.contains(self(name).path) }

    /// The tensor `name` as it is stored: there, a weight type, of exactly this shape, all elements finite.
    package func parameter(_ name: String, shape: [Int]) throws(ModelError) -> Parameter {
        try source.parameter(self(name).path, shape: shape)
    }

    /// The tensor `name` as 32-bit floats, checked like ``parameter(_:shape:)``.
    package func tensor(_ name: String, shape: [Int]) throws(ModelError) -> Tensor {
        try parameter(name, shape: shape).widened()
    }
}

/// The layers, by the names that torch gives their tensors.
extension WeightScope {
    /// torch `Linear`: `NAME.weight`, `[outputs, inputs]` or, stored as a convolution, `[outputs, inputs, 1, 1]`, and
    /// `NAME.bias`, `[outputs]`.
    package func linear(
        _ name: String, inputs: Int, outputs: Int, bias: Bool = true, storedAsConvolution: Bool = false
    ) throws(ModelError) -> Linear {
        let layer = self(name)
        let shape = [outputs, inputs] + (storedAsConvolution ? [1, 1] : [])
        let weight = try layer.parameter("weight", shape: shape).reshaped([outputs, inputs])
        return Linear(weight: weight, bias: bias ? try layer.tensor("bias", shape: [outputs]) : nil)
    }

    /// torch `Conv2d`: `NAME.weight`, `[outputs, inputs, kernel, kernel]`, and `NAME.bias`, `[outputs]`.
    package func convolution(
        _ name: String, inputs: Int, outputs: Int, kernel: Int = 3, stride: Int = 1, padding: Padding = Padding(1),
        bias: Bool = true
    ) throws(ModelError) -> Convolution {
        let layer = self(name)
        return Convolution(
            weight: try layer.parameter("weight", shape: [outputs, inputs, kernel, kernel]),
            bias: bias ? try layer.tensor("bias", shape: [outputs]) : nil, stride: stride, padding: padding)
    }

    /// torch `GroupNorm`: `NAME.weight` and `NAME.bias`, `[channels]`.
    package func groupNorm(
        _ name: String, channels: Int, groups: Int, epsilon: Float
    ) throws(ModelError) -> GroupNorm {
        let layer = self(name)
        guard groups > 0, channels.isMultiple(of: groups) else {
            throw ModelError(
                .configuration, subject: layer.path, expected: "a number of channels that \(groups) groups divide",
                found: "\(channels) channels", remedy: "check norm_num_groups in config.json")
        }
        return GroupNorm(
            weight: try layer.tensor("weight", shape: [channels]), bias: try layer.tensor("bias", shape: [channels]),
            groups: groups, epsilon: epsilon)
    }

    /// torch `LayerNorm`: `NAME.weight` and `NAME.bias`, `[width]`.
    package func layerNorm(_ name: String, width: Int, epsilon: Float) throws(ModelError) -> LayerNorm {
        let layer = self(name)
        return LayerNorm(
            weight: try layer.tensor("weight", shape: [width]), bias: try layer.tensor("bias", shape: [width]),
            epsilon: epsilon)
    }
}
