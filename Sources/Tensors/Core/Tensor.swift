import CKernels
import Glibc

/// A dense, row-major block of 32-bit floats with value semantics.
///
/// Activations are channels last inside the engine: pictures and latents are `[batch, height, width, channels]`,
/// token sequences `[batch, tokens, channels]`. The first dimension is always the batch: no operation lets one
/// batch item influence another, so a batch gives the same bits as its items one by one.
public struct Tensor: Sendable {
    /// The extent of every dimension, outermost first.
    public private(set) var shape: [Int]
    /// The number of elements: the product of ``shape``.
    public private(set) var count: Int
    private var storage: Storage
    /// Where this tensor begins in its storage, in elements. Views along the batch share one storage.
    private var offset: Int

    /// A tensor whose elements are not yet initialised; every caller fills it before handing it on.
    package init(uninitialized shape: [Int]) {
        self.shape = shape
        count = shape.reduce(1, *)
        storage = Storage(byteCount: count * MemoryLayout<Float>.stride)
        offset = 0
    }

    /// A tensor of `shape` with every element set to `value`.
    public init(shape: [Int], repeating value: Float = 0) {
        self.init(uninitialized: shape)
        pointer.update(repeating: value, count: count)
    }

    /// A tensor of `shape` with the given values in row-major order.
    ///
    /// - Precondition: `values` has exactly as many elements as `shape` says.
    public init(shape: [Int], values: some Collection<Float>) {
        self.init(uninitialized: shape)
        precondition(values.count == count, "shape \(shape) needs \(count) values, not \(values.count)")
        let copied: Void? = values.withContiguousStorageIfAvailable { source in
            if let base = source.baseAddress { pointer.update(from: base, count: count) }
        }
        if copied == nil {
            for (index, value) in values.enumerated() { pointer[index] = value }
        }
    }

    /// A tensor of `shape`, zero at first, that `fill` writes.
    public init<Failure: Error>(
        shape: [Int], fill: (inout MutableSpan<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        self.init(shape: shape)
        try withMutableSpan(fill)
    }

    /// The elements in row-major order, copied.
    public var values: [Float] {
        [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress { base.initialize(from: pointer, count: count) }
            initialized = count
        }
    }

    /// Reads the elements in row-major order.
    public func withSpan<Result, Failure: Error>(
        _ body: (Span<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let result = try body(Span(_unsafeStart: UnsafePointer(pointer), count: count))
        _fixLifetime(storage)
        return result
    }

    /// Changes the elements in place; copies them first when they are shared with another tensor.
    public mutating func withMutableSpan<Result, Failure: Error>(
        _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        makeUnique()
        var span = MutableSpan(_unsafeStart: pointer, count: count)
        let result = try body(&span)
        _fixLifetime(storage)
        return result
    }

    /// The same elements under another shape; nothing is copied.
    ///
    /// - Precondition: both shapes have the same number of elements.
    public func reshaped(_ newShape: [Int]) -> Tensor {
        precondition(newShape.reduce(1, *) == count, "cannot view \(shape) as \(newShape)")
        var view = self
        view.shape = newShape
        return view
    }

    /// Items `range` of the first dimension; nothing is copied.
    public func batch(_ range: Range<Int>) -> Tensor {
        precondition(!shape.isEmpty && range.lowerBound >= 0 && range.upperBound <= shape[0])
        let stride = shape[0] == 0 ? 0 : count / shape[0]
        var view = self
        view.shape[0] = range.count
        view.count = stride * range.count
        view.offset += range.lowerBound * stride
        return view
    }

    /// Item `index` of the first dimension as a batch of one; nothing is copied.
    public func batchItem(_ index: Int) -> Tensor { batch(index..<index + 1) }

    /// Tensors of one shape joined along the first dimension.
    public init(joining parts: [Tensor]) {
        precondition(!parts.isEmpty, "nothing to join")
        let tail = parts[0].shape.dropFirst()
        precondition(parts.allSatisfy { $0.shape.dropFirst() == tail }, "parts differ in shape")
        self.init(uninitialized: [parts.reduce(0) { $0 + $1.shape[0] }] + tail)
        var position = 0
        for part in parts {
            (pointer + position).update(from: part.pointer, count: part.count)
            position += part.count
        }
    }

    /// Whether no element is an infinity or not a number.
    public var isFinite: Bool {
        defer { _fixLifetime(storage) }
        return ck_all_finite_f32(pointer, count)
    }

    /// Where the elements begin. Valid as long as this tensor is alive.
    var pointer: UnsafeMutablePointer<Float> {
        (storage.base + offset * MemoryLayout<Float>.stride).assumingMemoryBound(to: Float.self)
    }

    /// Whether this is the same elements in the same memory, so that nothing has to be compared.
    package func isSame(as other: Tensor) -> Bool {
        storage === other.storage && offset == other.offset && shape == other.shape
    }

    /// Whether this has the same shape and the same elements, bit for bit.
    package func hasSameBits(as other: Tensor) -> Bool {
        if isSame(as: other) { return true }
        guard shape == other.shape else { return false }
        defer { _fixLifetime((storage, other.storage)) }
        return memcmp(pointer, other.pointer, byteCount) == 0
    }

    /// Makes sure that no other tensor shares the elements.
    mutating func makeUnique() {
        if isKnownUniquelyReferenced(&storage) { return }
        var copy = Tensor(uninitialized: shape)
        copy.pointer.update(from: pointer, count: count)
        swap(&self, &copy)
    }
}
