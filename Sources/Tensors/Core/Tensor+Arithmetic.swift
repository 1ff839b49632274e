import CKernels

/// The element-by-element arithmetic that samplers are made of. Products are rounded before they are summed, on
/// every instruction set, so the bits do not depend on the host.
extension Tensor {
    /// `a·self + b·other`, element by element.
    ///
    /// - Precondition: both tensors have the same shape.
    package func combined(_ a: Float, _ other: Tensor, _ b: Float) -> Tensor {
        precondition(shape == other.shape, "cannot combine \(shape) with \(other.shape)")
        let result = Tensor(shape: shape, copying: other)
        Kernels.best.combine(count, a, pointer, b, result.pointer)
        return result
    }

    /// Every element times `factor`.
    package func scaled(by factor: Float) -> Tensor {
        let result = Tensor(shape: shape)
        Kernels.best.combine(count, factor, pointer, 0, result.pointer)
        return result
    }

    /// Every element limited to `range`.
    package func clamped(to range: ClosedRange<Float>) -> Tensor {
        let result = Tensor(uninitialized: shape)
        Kernels.best.clamp(count, range.lowerBound, range.upperBound, pointer, result.pointer)
        return result
    }

    private init(shape: [Int], copying source: Tensor) {
        self.init(uninitialized: shape)
        pointer.update(from: source.pointer, count: count)
    }
}

extension Tensor {
    /// `self / divisor`, element by element; not the same bits as a multiplication by the inverse.
    package func divided(by divisor: Float) -> Tensor {
        var result = self
        result.withMutableSpan { span in
            for index in span.indices { span[index] /= divisor }
        }
        return result
    }

    /// `self + offset`, element by element.
    package func shifted(by offset: Float) -> Tensor {
        var result = self
        result.withMutableSpan { span in
            for index in span.indices { span[index] += offset }
        }
        return result
    }
}
