/// Conversions between the engine's channels-last layout and the channels-first layout of files and the wire.
extension Tensor {
    /// `[batch, channels, height, width]` to `[batch, height, width, channels]`.
    public func channelsLast() -> Tensor {
        precondition(shape.count == 4, "a picture or latent has four dimensions, not \(shape)")
        return transposedPlanes(rows: shape[1], columns: shape[2] * shape[3])
            .reshaped([shape[0], shape[2], shape[3], shape[1]])
    }

    /// `[batch, height, width, channels]` to `[batch, channels, height, width]`.
    public func channelsFirst() -> Tensor {
        precondition(shape.count == 4, "a picture or latent has four dimensions, not \(shape)")
        return transposedPlanes(rows: shape[1] * shape[2], columns: shape[3])
            .reshaped([shape[0], shape[3], shape[1], shape[2]])
    }

    /// Transposes the `rows`×`columns` matrix of every batch item.
    private func transposedPlanes(rows: Int, columns: Int) -> Tensor {
        let result = Tensor(uninitialized: shape)
        for item in 0..<shape[0] {
            let source = pointer + item * rows * columns
            let target = result.pointer + item * rows * columns
            for row in 0..<rows {
                for column in 0..<columns {
                    target[column * rows + row] = source[row * columns + column]
                }
            }
        }
        return result
    }
}
