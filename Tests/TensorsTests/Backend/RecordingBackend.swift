import Synchronization
import Tensors

/// Notes which operations are called. A new requirement of the protocol does not compile until it is here, and
/// fails the test of completeness until it is on the list of operations.
final class RecordingBackend: ComputeBackend {
    enum Requirement: CaseIterable {
        case linear, convolution, convolutionIntoRows, groupNorm, groupMoments, groupNormWithMoments, layerNorm
        case attention, gatedGELU
        case activate, add, addRegion, addChannels, concatenateChannels, resizeNearest, resizeBicubic, embed,
            selfAttend, clamp
    }

    private let backend = CPUBackend(threads: 1)
    private let seen = Mutex<Set<Requirement>>([])

    var missing: [Requirement] { seen.withLock { seen in Requirement.allCases.filter { !seen.contains($0) } } }
    var numericsClass: String { backend.numericsClass }
    var workingSet: Int { backend.workingSet }

    private func noting(_ requirement: Requirement) -> CPUBackend {
        seen.withLock { _ = $0.insert(requirement) }
        return backend
    }

    func linear(_ x: Tensor, _ layer: Linear, activation: Activation) -> Tensor {
        noting(.linear).linear(x, layer, activation: activation)
    }
    func convolution(_ x: Tensor, _ layer: Convolution) -> Tensor { noting(.convolution).convolution(x, layer) }
    func convolution(_ x: Tensor, _ layer: Convolution, into result: inout Tensor, row: Int) {
        noting(.convolutionIntoRows).convolution(x, layer, into: &result, row: row)
    }
    func groupNorm(_ x: Tensor, _ norm: GroupNorm, activation: Activation) -> Tensor {
        noting(.groupNorm).groupNorm(x, norm, activation: activation)
    }
    func groupMoments(_ x: Tensor, within region: Region?, groups: Int) -> [GroupMoments] {
        noting(.groupMoments).groupMoments(x, within: region, groups: groups)
    }
    func groupNorm(_ x: Tensor, _ norm: GroupNorm, moments: [GroupMoments], activation: Activation) -> Tensor {
        noting(.groupNormWithMoments).groupNorm(x, norm, moments: moments, activation: activation)
    }
    func layerNorm(_ x: Tensor, _ norm: LayerNorm) -> Tensor { noting(.layerNorm).layerNorm(x, norm) }
    func attention(queries: Tensor, keys: Tensor, values: Tensor, heads: Int, causal: Bool) -> Tensor {
        noting(.attention).attention(queries: queries, keys: keys, values: values, heads: heads, causal: causal)
    }
    func gatedGELU(_ x: Tensor) -> Tensor { noting(.gatedGELU).gatedGELU(x) }
    func activate(_ x: consuming Tensor, _ activation: Activation) -> Tensor {
        noting(.activate).activate(x, activation)
    }
    func add(_ x: Tensor, _ y: consuming Tensor) -> Tensor { noting(.add).add(x, y) }
    func add(_ x: Tensor, _ region: Region, to result: inout Tensor, row: Int) {
        noting(.addRegion).add(x, region, to: &result, row: row)
    }
    func addChannels(_ x: consuming Tensor, _ bias: Tensor) -> Tensor { noting(.addChannels).addChannels(x, bias) }
    func concatenateChannels(_ x: Tensor, _ y: Tensor) -> Tensor {
        noting(.concatenateChannels).concatenateChannels(x, y)
    }
    func resizeNearest(_ x: Tensor, height: Int, width: Int) -> Tensor {
        noting(.resizeNearest).resizeNearest(x, height: height, width: width)
    }
    func resizeBicubic(_ x: Tensor, height: Int, width: Int) -> Tensor {
        noting(.resizeBicubic).resizeBicubic(x, height: height, width: width)
    }
    func embed(_ table: Parameter, ids: [Int32]) -> Tensor { noting(.embed).embed(table, ids: ids) }
    func selfAttend(_ z: Tensor, temperature: Float, calibration: PowerCalibration) -> Tensor {
        noting(.selfAttend).selfAttend(z, temperature: temperature, calibration: calibration)
    }
    func clamp(_ x: consuming Tensor, to range: ClosedRange<Float>) -> Tensor {
        noting(.clamp).clamp(x, to: range)
    }
}
