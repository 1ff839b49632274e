import CKernels

/// Cutting and joining pictures and latents, `[batch, height, width, channels]`.
extension Tensor {
    /// Zeros of `border` cells on every side.
    public func padded(by border: Int) -> Tensor {
        var result = Tensor(shape: [shape[0], shape[1] + 2 * border, shape[2] + 2 * border, shape[3]])
        result.place(self, top: border, left: border)
        return result
    }

    /// A rectangle, limited to what exists of it.
    public func cropped(top: Int, left: Int, height: Int, width: Int) -> Tensor {
        let rows = min(height, shape[1] - top)
        let columns = min(width, shape[2] - left)
        precondition(top >= 0 && left >= 0 && rows >= 0 && columns >= 0, "the rectangle lies outside")
        let result = Tensor(uninitialized: [shape[0], rows, columns, shape[3]])
        let run = columns * shape[3]
        for line in 0..<shape[0] * rows {
            let (item, row) = line.quotientAndRemainder(dividingBy: rows)
            let source = ((item * shape[1] + top + row) * shape[2] + left) * shape[3]
            (result.pointer + line * run).update(from: pointer + source, count: run)
        }
        return result
    }

    /// A rectangle that lies inside; nothing is copied when it is everything.
    public func cropped(to region: Region) -> Tensor {
        if region == Region(height: shape[1], width: shape[2]) { return self }
        return cropped(
            top: region.rows.lowerBound, left: region.columns.lowerBound, height: region.rows.count,
            width: region.columns.count)
    }

    /// Whole rows of a batch of one; nothing is copied.
    public func rows(_ range: Range<Int>) -> Tensor {
        precondition(shape[0] == 1, "rows of a batch of \(shape[0]) do not lie together")
        return reshaped([shape[1], 1, shape[2], shape[3]]).batch(range).reshaped([1, range.count, shape[2], shape[3]])
    }

    /// Overwrites a rectangle with `part`; what lies outside is left out.
    public mutating func place(_ part: Tensor, top: Int, left: Int) {
        forEachLine(of: part, top: top, left: left) { target, source, count in
            target.update(from: source, count: count)
        }
    }

    /// Adds `part` to a rectangle; what lies outside is left out.
    public mutating func add(_ part: Tensor, top: Int, left: Int) {
        forEachLine(of: part, top: top, left: left) { target, source, count in
            Kernels.best.accumulate(count, source, target)
        }
    }

    private mutating func forEachLine(
        of part: Tensor, top: Int, left: Int,
        _ body: (UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int) -> Void
    ) {
        precondition(part.shape[0] == shape[0] && part.shape[3] == shape[3] && top >= 0 && left >= 0)
        makeUnique()
        let rows = min(part.shape[1], shape[1] - top)
        let run = min(part.shape[2], shape[2] - left) * shape[3]
        guard rows > 0, run > 0 else { return }
        for item in 0..<shape[0] {
            for row in 0..<rows {
                let target = ((item * shape[1] + top + row) * shape[2] + left) * shape[3]
                let source = (item * part.shape[1] + row) * part.shape[2] * shape[3]
                body(pointer + target, part.pointer + source, run)
            }
        }
    }

    /// Mixes the first `rows` rows with the last rows of `above`, from all of `above` to none of it.
    ///
    /// - Precondition: `above` is as wide, with as many items and channels.
    public mutating func blendTop(with above: Tensor, rows: Int) {
        precondition(
            above.shape[0] == shape[0] && above.shape[2...] == shape[2...], "\(above.shape) is not above \(shape)")
        let extent = min(above.shape[1], shape[1], rows)
        guard extent > 0 else { return }
        makeUnique()
        let run = shape[2] * shape[3]
        for item in 0..<shape[0] {
            for row in 0..<extent {
                let weight = Float(row) / Float(extent)
                let source = above.pointer + ((item + 1) * above.shape[1] - extent + row) * run
                Kernels.best.combine(run, 1 - weight, source, weight, pointer + (item * shape[1] + row) * run)
            }
        }
    }

    /// Mixes the first `columns` columns with the last columns of `left`, from all of `left` to none of it.
    ///
    /// - Precondition: `left` is as high, with as many items and channels.
    public mutating func blendLeft(with left: Tensor, columns: Int) {
        precondition(
            left.shape[..<2] == shape[..<2] && left.shape[3] == shape[3], "\(left.shape) is not left of \(shape)")
        let extent = min(left.shape[2], shape[2], columns)
        guard extent > 0 else { return }
        makeUnique()
        for line in 0..<shape[0] * shape[1] {
            for column in 0..<extent {
                let weight = Float(column) / Float(extent)
                let source = left.pointer + ((line + 1) * left.shape[2] - extent + column) * shape[3]
                Kernels.best.combine(
                    shape[3], 1 - weight, source, weight, pointer + (line * shape[2] + column) * shape[3])
            }
        }
    }

    /// The first `count` channels, and the rest.
    public func splitChannels(at count: Int) -> (Tensor, Tensor) {
        let channels = shape[3]
        precondition((0...channels).contains(count))
        let first = Tensor(uninitialized: shape.dropLast() + [count])
        let second = Tensor(uninitialized: shape.dropLast() + [channels - count])
        for pixel in 0..<shape[0] * shape[1] * shape[2] {
            (first.pointer + pixel * count).update(from: pointer + pixel * channels, count: count)
            (second.pointer + pixel * (channels - count)).update(
                from: pointer + pixel * channels + count, count: channels - count)
        }
        return (first, second)
    }
}
