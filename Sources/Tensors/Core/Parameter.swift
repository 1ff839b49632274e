import CKernels

/// The elements of a model weight as they are stored: 32-bit or 16-bit floats, in memory of their own or in a
/// memory-mapped file. Read only.
public struct Parameter: Sendable {
    /// The extent of every dimension, outermost first, in the order the backend wants (see the layer types).
    public let shape: [Int]
    /// How the elements are stored: `float32`, `float16` or `bfloat16`.
    public let elementType: ElementType
    private let storage: Storage
    private let byteOffset: Int

    /// A view of `shape` elements that start `byteOffset` bytes into `storage`.
    init(shape: [Int], elementType: ElementType, storage: Storage, byteOffset: Int) {
        precondition(elementType.isWeightType, "weights are floats of 32 or 16 bits")
        let bytes = shape.reduce(1, *) * elementType.byteWidth
        precondition(byteOffset >= 0 && bytes <= storage.byteCount - byteOffset, "the view leaves its storage")
        self.shape = shape
        self.elementType = elementType
        self.storage = storage
        self.byteOffset = byteOffset
    }

    /// A parameter with 32-bit elements of its own.
    public init(_ tensor: Tensor) {
        let storage = Storage(byteCount: tensor.count * MemoryLayout<Float>.stride)
        storage.base.copyMemory(from: tensor.pointer, byteCount: storage.byteCount)
        self.init(shape: tensor.shape, elementType: .float32, storage: storage, byteOffset: 0)
    }

    /// A parameter with 16-bit elements of its own, given by their bits.
    package init(shape: [Int], elementType: ElementType, words: [UInt16]) {
        precondition(elementType.byteWidth == 2 && words.count == shape.reduce(1, *))
        let storage = Storage(byteCount: words.count * MemoryLayout<UInt16>.stride)
        words.withUnsafeBytes { source in
            if let first = source.baseAddress { storage.base.copyMemory(from: first, byteCount: source.count) }
        }
        self.init(shape: shape, elementType: elementType, storage: storage, byteOffset: 0)
    }

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// The bytes the elements take.
    public var byteCount: Int { count * elementType.byteWidth }

    /// The elements as 32-bit floats; exact for every weight type.
    public func widened() -> Tensor {
        let tensor = Tensor(uninitialized: shape)
        widen(0..<count, into: tensor.pointer)
        return tensor
    }

    /// Whether an element is an infinity or not a number.
    public var hasNonFiniteElement: Bool {
        switch elementType {
        case .float32: !ck_all_finite_f32(bytes.assumingMemoryBound(to: Float.self), count)
        case .float16: !ck_all_finite_f16(bytes.assumingMemoryBound(to: UInt16.self), count)
        default: !ck_all_finite_bf16(bytes.assumingMemoryBound(to: UInt16.self), count)
        }
    }

    /// The same elements under another shape; nothing is copied.
    public func reshaped(_ newShape: [Int]) -> Parameter {
        precondition(newShape.reduce(1, *) == count, "cannot view \(shape) as \(newShape)")
        return Parameter(shape: newShape, elementType: elementType, storage: storage, byteOffset: byteOffset)
    }

    /// A copy with the trailing dimensions `[inputs, rows, columns]` of a convolution weight reordered to
    /// `[rows, columns, inputs]`, the order in which a channels-last picture is read.
    public func channelsLastKernel() -> Parameter {
        precondition(shape.count == 4, "a convolution weight has four dimensions, not \(shape)")
        let (outputs, inputs, taps) = (shape[0], shape[1], shape[2] * shape[3])
        let newShape = [outputs, shape[2], shape[3], inputs]
        if taps == 1 { return reshaped(newShape) }
        let copy = Storage(byteCount: byteCount)
        if elementType == .float32 {
            Self.swapInner(
                bytes.assumingMemoryBound(to: UInt32.self), copy.base.assumingMemoryBound(to: UInt32.self),
                outputs, inputs, taps)
        } else {
            Self.swapInner(
                bytes.assumingMemoryBound(to: UInt16.self), copy.base.assumingMemoryBound(to: UInt16.self),
                outputs, inputs, taps)
        }
        return Parameter(shape: newShape, elementType: elementType, storage: copy, byteOffset: 0)
    }

    private static func swapInner<Word>(
        _ source: UnsafePointer<Word>, _ target: UnsafeMutablePointer<Word>, _ outputs: Int, _ inputs: Int, _ taps: Int
    ) {
        for output in 0..<outputs {
            let base = output * inputs * taps
            for tap in 0..<taps {
                for input in 0..<inputs {
                    target[base + tap * inputs + input] = source[base + input * taps + tap]
                }
            }
        }
    }

    /// Where the elements begin. Valid as long as this parameter is alive.
    var bytes: UnsafeRawPointer { UnsafeRawPointer(storage.base + byteOffset) }

    /// The elements where they are, when they are 32-bit floats already.
    var floats: UnsafePointer<Float>? {
        elementType == .float32 ? bytes.assumingMemoryBound(to: Float.self) : nil
    }

    /// Writes elements `range` as 32-bit floats.
    func widen(_ range: Range<Int>, into target: UnsafeMutablePointer<Float>) {
        let kernels = Kernels.best
        let start = bytes + range.lowerBound * elementType.byteWidth
        switch elementType {
        case .float32: target.update(from: start.assumingMemoryBound(to: Float.self), count: range.count)
        case .float16: kernels.widen_f16(range.count, start.assumingMemoryBound(to: UInt16.self), target)
        default: kernels.widen_bf16(range.count, start.assumingMemoryBound(to: UInt16.self), target)
        }
    }
}
