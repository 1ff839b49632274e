import CKernels
import Synchronization

/// A linear layer's weights in 16-bit fixed point, as one table of kernels reads them.
struct FixedWeight: Sendable {
    /// Columns of a panel: what the order of the integers depends on.
    let panelColumns: Int
    let panels: Storage
    let scales: Storage
}

/// What backends have made of a layer's weights. It lives as long as the layer, all of whose copies share it.
final class PreparedWeight: Sendable {
    private let fixed = Mutex<FixedWeight?>(nil)

    /// The weights for panels of so many columns, made at the first call.
    func fixed(panelColumns: Int, make: () -> FixedWeight) -> FixedWeight {
        fixed.withLock { fixed in
            if let fixed, fixed.panelColumns == panelColumns { return fixed }
            let made = make()
            fixed = made
            return made
        }
    }
}

/// Rows in 16-bit fixed point: `stride` integers and `blocks` scales each.
private struct FixedRows {
    let stride: Int
    let blocks: Int
    let integers: UnsafeMutablePointer<Int16>
    let scales: UnsafeMutablePointer<Float>
    private let storage: Storage

    init(rows: Int, depth: Int) {
        let block = Int(CK_FIXED_BLOCK)
        blocks = (depth + block - 1) / block
        // Half a block between rows: at a power of two all of them would share few cache sets.
        stride = blocks * block + block / 2
        let readable = rows + Int(CK_FIXED_SPARE_ROWS)
        let integerBytes = readable * stride * MemoryLayout<Int16>.stride
        storage = Storage(byteCount: integerBytes + readable * blocks * MemoryLayout<Float>.stride)
        integers = storage.base.assumingMemoryBound(to: Int16.self)
        scales = (storage.base + integerBytes).assumingMemoryBound(to: Float.self)
    }
}

extension CPUBackend {
    /// Rows that a thread turns into integers at a time.
    private static let fixedRows = 64

    /// `activation(x Wᵀ + b)` in ``Precision/fixed16``.
    func fixedProduct(rows: Int, _ x: Tensor, _ layer: Linear, _ activation: Activation, result: Tensor) {
        let (inputs, outputs) = (layer.inputs, layer.outputs)
        let weight = layer.prepared.fixed(panelColumns: kernels.fixed_panel_columns) { quantized(layer.weight) }
        let panels = weight.panels.base.assumingMemoryBound(to: Int16.self)
        let scales = weight.scales.base.assumingMemoryBound(to: Float.self)
        let fixed = FixedRows(rows: rows, depth: inputs)
        pool.forEach((rows + Self.fixedRows - 1) / Self.fixedRows) { index in
            let first = index * Self.fixedRows
            kernels.fixed_rows(
                min(Self.fixedRows, rows - first), inputs, x.pointer + first * inputs,
                fixed.integers + first * fixed.stride, fixed.stride, fixed.scales + first * fixed.blocks)
        }
        let blocks = LinearBlocks(rows: rows, columns: outputs)
        pool.forEach(blocks.count) { index in
            let (rows, columns) = blocks[index]
            kernels.fixed_product(
                rows.count, columns.count, inputs, fixed.integers + rows.lowerBound * fixed.stride, fixed.stride,
                fixed.scales + rows.lowerBound * fixed.blocks,
                panels + columns.lowerBound * fixed.blocks * Int(CK_FIXED_BLOCK),
                scales + columns.lowerBound * fixed.blocks,
                layer.bias.map { UnsafePointer($0.pointer + columns.lowerBound) }, activation.kernel,
                result.pointer + rows.lowerBound * outputs + columns.lowerBound, outputs)
        }
        withExtendedLifetime((fixed, weight)) {}
    }

    private func quantized(_ weight: Parameter) -> FixedWeight {
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        let block = Int(CK_FIXED_BLOCK)
        let width = kernels.fixed_panel_columns
        let count = (outputs + width - 1) / width
        let blocks = (inputs + block - 1) / block
        let fixed = FixedWeight(
            panelColumns: width,
            panels: Storage(byteCount: count * width * blocks * block * MemoryLayout<Int16>.stride),
            scales: Storage(byteCount: count * width * blocks * MemoryLayout<Float>.stride))
        let panels = fixed.panels.base.assumingMemoryBound(to: Int16.self)
        let scales = fixed.scales.base.assumingMemoryBound(to: Float.self)
        pool.forEach(count) { index in
            let column = index * width
            kernels.fixed_weights(
                min(width, outputs - column), inputs, weight.row(column), weight.kernelStorage,
                panels + column * blocks * block, scales + column * blocks)
        }
        return fixed
    }
}
