import CKernels

extension CPUBackend {
    /// A 3×3 convolution of stride 1 by Winograd's method, of all pictures of a batch at once.
    func winograd(_ x: Tensor, _ layer: Convolution, into result: Tensor) {
        let output = (height: result.shape[1], width: result.shape[2])
        let tiles = x.shape[0] * ((output.height + 3) / 4) * ((output.width + 3) / 4)
        let run = WinogradRun(
            plan: WinogradPlan(layer, tiles: tiles), tiles: tiles, kernels: kernels,
            pictures: ck_winograd_pictures(
                height: x.shape[1], width: x.shape[2], channels: layer.inputs, top: layer.padding.top,
                left: layer.padding.left, output_height: output.height, output_width: output.width),
            layer: ck_winograd_layer(
                inputs: layer.inputs, outputs: layer.outputs, weights: layer.weight.bytes,
                storage: layer.weight.kernelStorage, bias: layer.bias.map { UnsafePointer($0.pointer) }),
            input: x.pointer, output: result.pointer)
        let weights = run.plan.keepsWeights ? Storage(byteCount: run.weightsCount * MemoryLayout<Float>.stride) : nil
        let transformed = weights?.base.assumingMemoryBound(to: Float.self)
        if let transformed {
            pool.forEach(run.outputBlocks) { run.transformWeights(block: $0, into: transformed) }
        }
        if run.plan.sharesInputs {
            shareInputs(run, weights: transformed)
        } else {
            let scratch = ScratchBlocks(count: run.inputsCount + run.resultsCount)
            pool.forEach(run.groups) { group in
                scratch.with { memory in
                    run.transformInputs(group: group, piece: 0, into: memory)
                    for block in 0..<run.outputBlocks {
                        run.results(
                            group: group, block: block, inputs: memory, weights: transformed,
                            scratch: memory + run.inputsCount)
                    }
                }
            }
        }
        withExtendedLifetime((x, layer, weights)) {}
    }

    /// Group after group of tiles, the outputs and tiles of each divided among the threads.
    private func shareInputs(_ run: WinogradRun, weights: UnsafePointer<Float>?) {
        let memory = Storage(byteCount: run.inputsCount * MemoryLayout<Float>.stride)
        let inputs = memory.base.assumingMemoryBound(to: Float.self)
        let scratch = ScratchBlocks(count: run.resultsCount)
        for group in 0..<run.groups {
            pool.forEach(run.pieces(of: group)) { run.transformInputs(group: group, piece: $0, into: inputs) }
            pool.forEach(run.blocks(of: group)) { block in
                scratch.with {
                    run.results(group: group, block: block, inputs: inputs, weights: weights, scratch: $0)
                }
            }
        }
        withExtendedLifetime(memory) {}
    }
}

/// One convolution: where everything is, and the pieces that its work consists of.
private struct WinogradRun {
    let plan: WinogradPlan
    /// The tiles of all pictures.
    let tiles: Int
    let kernels: ck_kernels
    let pictures: ck_winograd_pictures
    let layer: ck_winograd_layer
    let input: UnsafePointer<Float>
    let output: UnsafeMutablePointer<Float>

    /// Tiles whose inputs a thread transforms at a time.
    private static let pieceTiles = 8

    var groups: Int { (tiles + plan.groupTiles - 1) / plan.groupTiles }
    var outputBlocks: Int { (layer.outputs + plan.blockOutputs - 1) / plan.blockOutputs }

    /// Elements that the transformed weights take.
    var weightsCount: Int { ck_winograd_weights_size(layer.inputs, layer.outputs, kernels.winograd_panel) }
    /// Elements that the transformed inputs of a group take.
    var inputsCount: Int { ck_winograd_inputs_size(min(tiles, plan.groupTiles), layer.inputs) }
    /// Elements of scratch memory that the results of a block take.
    var resultsCount: Int {
        let outputs = min(layer.outputs, plan.blockOutputs)
        let depth = ck_winograd_depth(layer.inputs)
        return ck_winograd_results_size(min(tiles, plan.blockTiles), outputs, kernels.winograd_panel)
            + (plan.keepsWeights ? 0 : ck_winograd_chunk_size(depth, outputs, kernels.winograd_panel))
    }

    private func tileCount(of group: Int) -> Int { min(plan.groupTiles, tiles - group * plan.groupTiles) }

    /// How many pieces the inputs of a group are transformed in.
    func pieces(of group: Int) -> Int { (tileCount(of: group) + Self.pieceTiles - 1) / Self.pieceTiles }

    /// How many blocks the results of a group are computed in.
    func blocks(of group: Int) -> Int {
        (tileCount(of: group) + plan.blockTiles - 1) / plan.blockTiles * outputBlocks
    }

    func transformWeights(block: Int, into transformed: UnsafeMutablePointer<Float>) {
        let first = block * plan.blockOutputs
        let outputs = min(plan.blockOutputs, layer.outputs - first)
        kernels.winograd_weights(
            layer, ck_winograd_block(first: 0, count: 0, begin: 0, end: 0, first_output: first, outputs: outputs),
            transformed)
    }

    /// Transforms the inputs of piece `piece` of a group; the whole group is its only piece where inputs are not
    /// shared.
    func transformInputs(group: Int, piece: Int, into transformed: UnsafeMutablePointer<Float>) {
        let count = tileCount(of: group)
        let length = plan.sharesInputs ? Self.pieceTiles : count
        kernels.winograd_inputs(
            pictures,
            ck_winograd_block(
                first: group * plan.groupTiles, count: count, begin: piece * length,
                end: min(count, (piece + 1) * length), first_output: 0, outputs: 0),
            input, transformed)
    }

    /// Computes one block of a group. Blocks of the same outputs follow each other.
    func results(
        group: Int, block: Int, inputs: UnsafePointer<Float>, weights: UnsafePointer<Float>?,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let count = tileCount(of: group)
        let (outputBlock, tileBlock) = block.quotientAndRemainder(
            dividingBy: (count + plan.blockTiles - 1) / plan.blockTiles)
        let (tile, outputs) = (tileBlock * plan.blockTiles, outputBlock * plan.blockOutputs)
        kernels.winograd_results(
            pictures, layer,
            ck_winograd_block(
                first: group * plan.groupTiles, count: count, begin: tile, end: min(count, tile + plan.blockTiles),
                first_output: outputs, outputs: min(plan.blockOutputs, layer.outputs - outputs)),
            inputs, weights, scratch, output)
    }
}
