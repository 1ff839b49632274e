import Tensors

/// A tensor, or a rectangle of one, as the bytes that are sent. They stay where they are until a socket takes them.
struct TensorExcerpt: Sendable {
    /// The shape of what is sent.
    let shape: [Int]
    private let tensor: Tensor
    /// The rectangle's lines: so many bytes each, so many of them in every item of the batch.
    private let (lineByteCount, linesOfItem): (Int, Int)
    /// Bytes of the tensor before the first line, from line to line, and from item to item.
    private let (start, lineStride, itemStride): (Int, Int, Int)

    /// - Parameters:
    ///   - tensor: float32 elements.
    ///   - region: the rectangle of a picture, `[batch, height, width, channels]`; nil for everything.
    /// - Throws: ``WireError`` for a rectangle that does not lie inside.
    init(_ tensor: Tensor, _ region: Region?) throws(WireError) {
        self.tensor = tensor
        guard let region else {
            shape = tensor.shape
            (lineByteCount, linesOfItem) = (tensor.byteCount, 1)
            (start, lineStride, itemStride) = (0, tensor.byteCount, tensor.byteCount)
            return
        }
        guard tensor.shape.count == 4, region.rows.lowerBound >= 0, region.columns.lowerBound >= 0,
            region.rows.upperBound <= tensor.shape[1], region.columns.upperBound <= tensor.shape[2]
        else {
            throw WireError(
                .tensor, "tensor.region", expected: "a rectangle inside of \(tensor.shape)",
                found: "rows \(region.rows), columns \(region.columns)")
        }
        let cell = tensor.shape[3] * MemoryLayout<Float>.stride
        shape = [tensor.shape[0], region.rows.count, region.columns.count, tensor.shape[3]]
        lineStride = tensor.shape[2] * cell
        itemStride = tensor.shape[1] * lineStride
        start = region.rows.lowerBound * lineStride + region.columns.lowerBound * cell
        // Lines that follow one another without a gap are one.
        let isWhole = region.columns.count == tensor.shape[2]
        lineByteCount = region.columns.count * cell * (isWhole ? region.rows.count : 1)
        linesOfItem = isWhole ? 1 : region.rows.count
    }

    /// How many there are.
    var byteCount: Int { shape.reduce(MemoryLayout<Float>.stride, *) }

    /// Some of them, in order.
    ///
    /// - Precondition: `range` lies within ``byteCount``.
    func payload(_ range: Range<Int>) -> Payload {
        var payload = Payload()
        var next = range.lowerBound
        while next < range.upperBound {
            let (line, offset) = next.quotientAndRemainder(dividingBy: lineByteCount)
            let (item, row) = line.quotientAndRemainder(dividingBy: linesOfItem)
            let count = min(lineByteCount - offset, range.upperBound - next)
            let place = start + item * itemStride + row * lineStride + offset
            payload.append(tensor, bytes: place..<place + count)
            next += count
        }
        return payload
    }
}
