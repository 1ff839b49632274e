import Synchronization
package import Tensors

/// Counts multiplications and additions in matrix products, convolutions and attentions.
package final class CountingBackend: ComputeBackend {
    private let backend = CPUBackend(threads: 2)
    private let counted = Mutex(0.0)

    package init() {}

    package var operations: Double { counted.withLock { $0 } }
    package var numericsClass: String { backend.numericsClass }
    package var workingSet: Int { backend.workingSet }

    private func count(_ factors: Int...) {
        let product = factors.reduce(1) { $0 * Double($1) }
        counted.withLock { $0 += product }
    }

    package func linear(_ x: Tensor, _ layer: Linear, activation: Activation) -> Tensor {
        count(2, x.count, layer.outputs)
        return backend.linear(x, layer, activation: activation)
    }
    package func convolution(_ x: Tensor, _ layer: Convolution) -> Tensor {
        let result = backend.convolution(x, layer)
        count(2, result.count, layer.kernel, layer.kernel, layer.inputs)
        return result
    }
    package func groupMoments(_ x: Tensor, within region: Region?, groups: Int) -> [GroupMoments] {
        backend.groupMoments(x, within: region, groups: groups)
    }
    package func groupNorm(_ x: Tensor, _ norm: GroupNorm, moments: [GroupMoments], activation: Activation) -> Tensor {
        backend.groupNorm(x, norm, moments: moments, activation: activation)
    }
    package func layerNorm(_ x: Tensor, _ norm: LayerNorm) -> Tensor { backend.layerNorm(x, norm) }
    package func attention(queries: Tensor, keys: Tensor, values: Tensor, heads: Int, causal: Bool) -> Tensor {
        count(4, queries.count, keys.shape[1])
        return backend.attention(queries: queries, keys: keys, values: values, heads: heads, causal: causal)
    }
    package func gatedGELU(_ x: Tensor) -> Tensor { backend.gatedGELU(x) }
    package func activate(_ x: consuming Tensor, _ activation: Activation) -> Tensor { backend.activate(x, activation) }
    package func add(_ x: Tensor, _ y: consuming Tensor) -> Tensor { backend.add(x, y) }
    package func addChannels(_ x: consuming Tensor, _ bias: Tensor) -> Tensor { backend.addChannels(x, bias) }
    package func concatenateChannels(_ x: Tensor, _ y: Tensor) -> Tensor { backend.concatenateChannels(x, y) }
    package func resizeNearest(_ x: Tensor, height: Int, width: Int) -> Tensor {
        backend.resizeNearest(x, height: height, width: width)
    }
    package func resizeBicubic(_ x: Tensor, height: Int, width: Int) -> Tensor {
        backend.resizeBicubic(x, height: height, width: width)
    }
    package func embed(_ table: Parameter, ids: [Int32]) -> Tensor { backend.embed(table, ids: ids) }
    package func selfAttend(_ z: Tensor, temperature: Float, calibration: PowerCalibration) -> Tensor {
        backend.selfAttend(z, temperature: temperature, calibration: calibration)
    }
    package func clamp(_ x: consuming Tensor, to range: ClosedRange<Float>) -> Tensor { backend.clamp(x, to: range) }
}
