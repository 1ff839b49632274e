/// What follows a linear layer or a normalisation element by element.
public enum Activation: Sendable, Hashable {
    /// The value itself.
    case none
    /// `x · sigmoid(x)` (torch `SiLU`).
    case silu
    /// `x · Φ(x)`, the exact form (torch `GELU`).
    case gelu
    /// `x · sigmoid(1.702 x)` (CLIP's `quick_gelu`).
    case quickGELU
}

/// Weights of `y = x Wᵀ + b`.
public struct Linear: Sendable {
    /// `[outputs, inputs]`, as torch stores it.
    public let weight: Parameter
    /// `[outputs]`.
    public let bias: Tensor?
    /// What a backend made of the weight to compute faster.
    let prepared = PreparedWeight()

    /// - Parameters:
    ///   - weight: `[outputs, inputs]`.
    ///   - bias: `[outputs]`, or nil for none.
    public init(weight: Parameter, bias: Tensor?) {
        precondition(weight.shape.count == 2 && (bias.map { $0.count == weight.shape[0] } ?? true))
        self.weight = weight
        self.bias = bias
    }

    /// The width of the result.
    public var outputs: Int { weight.shape[0] }
    /// The width of the input.
    public var inputs: Int { weight.shape[1] }
}

/// Zeros around a picture, in pixels.
public struct Padding: Sendable, Hashable {
    /// Rows above.
    public var top: Int
    /// Columns to the left.
    public var left: Int
    /// Rows below.
    public var bottom: Int
    /// Columns to the right.
    public var right: Int

    /// The same on every side.
    public init(_ all: Int) { self.init(top: all, left: all, bottom: all, right: all) }

    /// Each side by itself.
    public init(top: Int, left: Int, bottom: Int, right: Int) {
        self.top = top
        self.left = left
        self.bottom = bottom
        self.right = right
    }
}

/// Weights and geometry of a two-dimensional convolution.
public struct Convolution: Sendable {
    /// `[outputs, rows, columns, inputs]`.
    public let weight: Parameter
    /// `[outputs]`.
    public let bias: Tensor?
    /// Pixels between two neighbouring windows.
    public let stride: Int
    /// Zeros around the input.
    public let padding: Padding

    /// - Parameters:
    ///   - weight: as torch stores it, `[outputs, inputs, rows, columns]`; reordered here.
    ///   - bias: `[outputs]`, or nil for none.
    ///   - stride: pixels between two neighbouring windows, at least 1.
    ///   - padding: zeros around the input.
    public init(weight: Parameter, bias: Tensor?, stride: Int = 1, padding: Padding) {
        precondition(stride >= 1 && (bias.map { $0.count == weight.shape[0] } ?? true))
        self.weight = weight.channelsLastKernel()
        self.bias = bias
        self.stride = stride
        self.padding = padding
    }

    private init(_ layer: Convolution, padding: Padding) {
        weight = layer.weight
        bias = layer.bias
        stride = layer.stride
        self.padding = padding
    }

    /// The same weights with other zeros around the input: for a part of a picture, whose neighbours are known.
    public func padded(_ padding: Padding) -> Convolution { Convolution(self, padding: padding) }

    /// The number of channels of the result.
    public var outputs: Int { weight.shape[0] }
    /// The number of channels of the input.
    public var inputs: Int { weight.shape[3] }
    /// The edge of the kernel.
    public var kernel: Int { weight.shape[1] }

    /// The height and width of the result for an input of `height`×`width`.
    public func outputSize(height: Int, width: Int) -> (height: Int, width: Int) {
        (
            (height + padding.top + padding.bottom - weight.shape[1]) / stride + 1,
            (width + padding.left + padding.right - weight.shape[2]) / stride + 1
        )
    }
}

/// Weights of a group normalisation (torch `GroupNorm`).
public struct GroupNorm: Sendable {
    /// `[channels]`.
    public let weight: Tensor
    /// `[channels]`.
    public let bias: Tensor
    /// How many groups the channels are divided into.
    public let groups: Int
    /// Added to the variance.
    public let epsilon: Float

    /// - Precondition: the number of channels is a multiple of `groups`.
    public init(weight: Tensor, bias: Tensor, groups: Int, epsilon: Float) {
        precondition(weight.count == bias.count && weight.count % groups == 0)
        self.weight = weight
        self.bias = bias
        self.groups = groups
        self.epsilon = epsilon
    }
}

/// Weights of a layer normalisation over the last dimension (torch `LayerNorm`).
public struct LayerNorm: Sendable {
    /// `[channels]`.
    public let weight: Tensor
    /// `[channels]`.
    public let bias: Tensor
    /// Added to the variance.
    public let epsilon: Float

    /// - Precondition: `weight` and `bias` have the same number of elements.
    public init(weight: Tensor, bias: Tensor, epsilon: Float) {
        precondition(weight.count == bias.count)
        self.weight = weight
        self.bias = bias
        self.epsilon = epsilon
    }
}
