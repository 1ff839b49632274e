/// The operations the models are written in; one implementation per device.
///
/// They are coarse so that a device can fuse. The first dimension of every tensor is the batch, pictures are
/// channels last. Whatever the implementation, a batch item's result depends on that item alone, and never on the
/// number of threads: a batch gives the bits of its items one by one.
///
/// Shapes are the caller's business: models check theirs against the weights when they are loaded, so a
/// mismatch here is a programming error and traps.
public protocol ComputeBackend: Sendable {
    /// What numerics to expect: results are compared bit for bit only between hosts that name the same class.
    var numericsClass: String { get }

    /// Bytes of a feature map that are best made and used up at a time, before they leave the caches. It changes no bit.
    var workingSet: Int { get }

    /// `activation(x Wᵀ + b)` over the last dimension: `[batch, ..., inputs]` to `[batch, ..., outputs]`.
    func linear(_ x: Tensor, _ layer: Linear, activation: Activation) -> Tensor

    /// A two-dimensional convolution: `[batch, height, width, inputs]` to `[batch, height', width', outputs]`.
    func convolution(_ x: Tensor, _ layer: Convolution) -> Tensor

    /// The same of one picture, written into rows of `result` (`[1, height, width', outputs]`) from `row` on. Where the
    /// parts of `result` begin at multiples of four rows, their bits are those of one convolution.
    func convolution(_ x: Tensor, _ layer: Convolution, into result: inout Tensor, row: Int)

    /// Group normalisation of `[batch, ..., channels]` with statistics over all pixels of an item, then
    /// `activation`.
    func groupNorm(_ x: Tensor, _ norm: GroupNorm, activation: Activation) -> Tensor

    /// The statistics that ``groupNorm(_:_:activation:)`` uses. Those of the parts of a picture can be merged into
    /// those of the whole (``GroupMoments/merged(_:)``).
    ///
    /// - Parameters:
    ///   - x: `[batch, ..., channels]`; `[batch, height, width, channels]` where there is a region.
    ///   - region: what is counted of it; nil for all.
    ///   - groups: how many groups the channels are divided into.
    /// - Returns: those of each batch item and group in turn.
    func groupMoments(_ x: Tensor, within region: Region?, groups: Int) -> [GroupMoments]

    /// Group normalisation with given statistics (`[batch × groups]`), then `activation`.
    func groupNorm(_ x: Tensor, _ norm: GroupNorm, moments: [GroupMoments], activation: Activation) -> Tensor

    /// Layer normalisation over the last dimension.
    func layerNorm(_ x: Tensor, _ norm: LayerNorm) -> Tensor

    /// `softmax(q kᵀ · scale) v` for each head, streamed over the keys: no tokens × tokens matrix exists.
    ///
    /// - Parameters:
    ///   - queries: `[batch, tokens, heads × width]`.
    ///   - keys: `[batch, keyTokens, heads × width]`.
    ///   - values: the shape of `keys`.
    ///   - heads: how many heads share the last dimension.
    ///   - causal: whether token *i* sees only keys 0...*i*.
    /// - Returns: the shape of `queries`. The scale is 1/√width.
    func attention(queries: Tensor, keys: Tensor, values: Tensor, heads: Int, causal: Bool) -> Tensor

    /// Gated GELU over the last dimension: `[..., 2 × width]` to `[..., width]`, the second half being the gate
    /// (diffusers `GEGLU`).
    func gatedGELU(_ x: Tensor) -> Tensor

    /// `activation(x)`, element by element.
    func activate(_ x: consuming Tensor, _ activation: Activation) -> Tensor

    /// `x + y`, element by element.
    func add(_ x: Tensor, _ y: consuming Tensor) -> Tensor

    /// Adds a region of `x` to rows of `result` from `row` on, element by element: `[1, height, width, channels]`, the
    /// region as wide as `result`.
    func add(_ x: Tensor, _ region: Region, to result: inout Tensor, row: Int)

    /// Adds `bias` (`[batch, channels]`) to every pixel of `x` (`[batch, ..., channels]`).
    func addChannels(_ x: consuming Tensor, _ bias: Tensor) -> Tensor

    /// The channels of `x` followed by those of `y`, pixel by pixel.
    func concatenateChannels(_ x: Tensor, _ y: Tensor) -> Tensor

    /// Resampling by nearest neighbour: `[batch, h, w, c]` to `[batch, height, width, c]` (torch
    /// `interpolate(mode="nearest")`).
    func resizeNearest(_ x: Tensor, height: Int, width: Int) -> Tensor

    /// Bicubic resampling with a = −0.75, half-pixel centres, border taps clamped, no antialiasing (torch
    /// `interpolate(mode="bicubic", align_corners=False)`).
    func resizeBicubic(_ x: Tensor, height: Int, width: Int) -> Tensor

    /// Rows `ids` of `table` (`[entries, width]`) as `[1, ids.count, width]`.
    func embed(_ table: Parameter, ids: [Int32]) -> Tensor

    /// Parameter-free self-attention (AP-LDM, equation 1) over the cells of `[batch, height, width, channels]`:
    /// `softmax(z zᵀ / temperature) z`, streamed over the keys. There are 1 through 64 channels.
    func selfAttend(_ z: Tensor, temperature: Float, calibration: PowerCalibration) -> Tensor

    /// `x` limited to `range`; not-a-number becomes the lower bound.
    func clamp(_ x: consuming Tensor, to range: ClosedRange<Float>) -> Tensor
}

/// How the output of parameter-free self-attention is rescaled (`power_calibrate` of the official AP-LDM code).
public enum PowerCalibration: Sendable, Hashable {
    /// Not at all.
    case none
    /// Divided by the root of ᾱ·(ratio of output to input)² + (1 − ᾱ)·Σp² (official value 1).
    case meanAndVariance(alpha: Float)
    /// Divided by the root of ᾱ + (1 − ᾱ)·Σp² (official value 2).
    case variance(alpha: Float)
}

extension ComputeBackend {
    /// `x Wᵀ + b` over the last dimension.
    public func linear(_ x: Tensor, _ layer: Linear) -> Tensor { linear(x, layer, activation: .none) }

    /// A convolution that is copied to its place.
    public func convolution(_ x: Tensor, _ layer: Convolution, into result: inout Tensor, row: Int) {
        result.place(convolution(x, layer), top: row, left: 0)
    }

    /// A sum of a part that is copied.
    public func add(_ x: Tensor, _ region: Region, to result: inout Tensor, row: Int) {
        result.add(x.cropped(to: region), top: row, left: 0)
    }

    /// Group normalisation without an activation.
    public func groupNorm(_ x: Tensor, _ norm: GroupNorm) -> Tensor { groupNorm(x, norm, activation: .none) }

    /// The statistics of all pixels.
    public func groupMoments(_ x: Tensor, groups: Int) -> [GroupMoments] {
        groupMoments(x, within: nil, groups: groups)
    }

    /// Group normalisation with statistics over all pixels of an item.
    public func groupNorm(_ x: Tensor, _ norm: GroupNorm, activation: Activation) -> Tensor {
        groupNorm(x, norm, moments: groupMoments(x, groups: norm.groups), activation: activation)
    }
}
