import Tensors

/// What computing a tile takes.
extension TilePath {
    private static let float = MemoryLayout<Float>.stride

    /// The multiplications and additions in its convolutions: before the first normalisation, after each of them up to
    /// the next, and after the last.
    func operations(in chain: LayerChain) -> [Double] {
        chain.steps.enumerated().reduce(into: [0]) { sums, step in
            if step.element.isBarrier { sums.append(0) }
            let layer: Convolution =
                switch step.element {
                case .normalizedConvolution(_, let layer, _), .upsampledConvolution(let layer), .convolution(let layer):
                    layer
                case .shortcut(let layer): layer
                }
            // A shortcut is computed for the result of its block, one step of the second convolution further in.
            let region: Region
            if case .shortcut = step.element {
                region = blockResult(at: step.offset, in: chain)
            } else {
                region = regions[step.offset + 1]
            }
            sums[sums.count - 1] += layer.operations(area: region.area)
        }
    }

    /// The result of the residual block that step `index` is in.
    func blockResult(at index: Int, in chain: LayerChain) -> Region {
        regions[(chain.steps[index...].firstIndex(where: \.closesResidual) ?? index) + 1]
    }

    /// The most bytes that it takes at a time, from what it holds to what a step makes.
    func workingMemory(in chain: LayerChain) -> Int { costs(in: chain).map(\.peak).max() ?? 0 }

    /// The bytes that it holds at each normalisation.
    func waitingMemory(in chain: LayerChain) -> [Int] {
        zip(costs(in: chain), chain.steps).filter(\.1.isBarrier).map(\.0.held)
    }

    /// For every step: the bytes held before it, and the most while it runs.
    private func costs(in chain: LayerChain) -> [(held: Int, peak: Int)] {
        var kept = 0
        var channels = chain.inputChannels
        return chain.steps.enumerated().map { index, step in
            let map = regions[index].area * channels * Self.float
            let held = kept + map
            switch step {
            case .shortcut(let layer):
                let inner = blockResult(at: index, in: chain).area * Self.float
                // What was kept, the part of it that is needed, and what the shortcut makes of it.
                let peak = held + (layer.inputs + layer.outputs) * inner
                kept = layer.outputs * inner
                return (held, peak)
            case .upsampledConvolution(let layer):
                defer { channels = layer.outputs }
                return (held, held + bands(of: layer, magnification: 2, at: index))
            case .convolution(let layer):
                defer { channels = layer.outputs }
                return (held, held + bands(of: layer, magnification: 1, at: index))
            case .normalizedConvolution(_, let layer, let place):
                channels = layer.outputs
                switch place {
                case .opening: kept = map
                case .closing: kept = 0
                case .outside: break
                }
                return (held, held + bands(of: layer, magnification: 1, at: index))
            }
        }
    }

    /// The result of a convolution, the largest band of its input with the part of it that is needed, and what the
    /// convolution takes beside it.
    private func bands(of layer: Convolution, magnification: Int, at index: Int) -> Int {
        let result = regions[index + 1].area * layer.outputs * Self.float
        let prepared = regions[index].area * magnification * magnification * layer.inputs * Self.float
        let rowBytes = magnification * regions[index].columns.count * layer.inputs * Self.float
        let rows = TileRun.bandRows(
            rowBytes: rowBytes, columns: regions[index + 1].columns.count, workingSet: TileRun.largestBand)
        return result + min(3 * (rows + 2 * layer.kernel) * rowBytes, 2 * prepared)
    }
}

extension Convolution {
    /// Multiplications and additions for a result of `area` pixels.
    func operations(area: Int) -> Double {
        2 * Double(area) * Double(kernel * kernel) * Double(inputs) * Double(outputs)
    }
}
