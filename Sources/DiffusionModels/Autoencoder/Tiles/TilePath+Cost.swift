import Tensors

/// What computing a tile takes.
extension TilePath {
    private static let float = MemoryLayout<Float>.stride

    /// The multiplications and additions in its convolutions: before the first normalisation, after each of them up to
    /// the next, and after the last.
    func operations(in chain: LayerChain) -> [Double] {
        chain.steps.enumerated().reduce(into: [0]) { sums, step in
            if step.element.isBarrier { sums.append(0) }
            let layer: Convolution? =
                switch step.element {
                case .normalizedConvolution(_, let layer, _), .upsampledConvolution(let layer), .convolution(let layer):
                    layer
                case .keepShortcut(let layer): layer
                case .closeResidual: nil
                }
            guard let layer else { return }
            // A shortcut is computed where the block ends, one step of its second convolution further in.
            let region: Region
            if case .keepShortcut = step.element {
                region = keptRegion(at: step.offset, in: chain)
            } else {
                region = regions[step.offset + 1]
            }
            sums[sums.count - 1] += layer.operations(area: region.area)
        }
    }

    /// What a residual block adds to, from the step that keeps it on.
    private func keptRegion(at step: Int, in chain: LayerChain) -> Region {
        regions[chain.steps[step...].firstIndex(where: \.closesResidual) ?? step]
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
            guard let (layer, magnification) = step.reach else {
                if case .keepShortcut(let layer) = step {
                    let inner = keptRegion(at: index, in: chain).area * Self.float
                    // What was kept, the part of it that is needed, and what the shortcut makes of it.
                    let opened = kept / max(1, regions[openIndex(before: index, in: chain)].area * Self.float)
                    let result = (layer.map { $0.outputs } ?? opened) * inner
                    let peak = held + opened * inner + (layer == nil ? 0 : result)
                    kept = result
                    return (held, peak)
                }
                kept = 0
                return (held, held)
            }
            let result = regions[index + 1].area * layer.outputs * Self.float
            let prepared = map * magnification * magnification
            // The band, the part of it that is needed, and what the convolution takes beside it.
            let rowBytes = magnification * regions[index].columns.count * layer.inputs * Self.float
            let band = max(TileRun.largestBand, TileRun.fewestBandRows * rowBytes) + 2 * layer.kernel * rowBytes
            let bands = min(3 * band, 2 * prepared)
            if case .normalizedConvolution(_, _, true) = step { kept = map }
            channels = layer.outputs
            return (held, held + result + bands)
        }
    }

    private func openIndex(before step: Int, in chain: LayerChain) -> Int {
        chain.steps[..<step].lastIndex(where: \.isBarrier) ?? 0
    }
}

extension Convolution {
    /// Multiplications and additions for a result of `area` pixels.
    func operations(area: Int) -> Double {
        2 * Double(area) * Double(kernel * kernel) * Double(inputs) * Double(outputs)
    }
}
