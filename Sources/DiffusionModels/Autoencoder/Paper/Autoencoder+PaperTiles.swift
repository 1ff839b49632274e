public import Tensors

extension Autoencoder {
    /// Decodes in the official code's windows.
    ///
    /// - Parameters:
    ///   - latents: one batch item, `[1, height, width, latentChannels]`, already divided by the scaling factor.
    ///   - tiling: the size and the distance of the windows, in latent cells.
    ///   - backend: where it is computed.
    /// - Returns: `[1, height × factor, width × factor, 3]`, about −1...1 and not limited to it; the mean of the
    ///   windows where they overlap.
    public func decode(_ latents: Tensor, tiling: DecodeTiling, on backend: any ComputeBackend) -> Tensor {
        let factor = configuration.factor
        let (height, width) = (latents.shape[1], latents.shape[2])
        let padded = latents.padded(by: tiling.context)
        let window = tiling.core + 2 * tiling.context
        var sum = Tensor(shape: [1, height * factor, width * factor, configuration.pictureChannels])
        var count = [Float](repeating: 0, count: height * width)
        for top in tiling.starts(height) {
            for left in tiling.starts(width) {
                let part = padded.cropped(top: top, left: left, height: window, width: window)
                let picture = decode(part, on: backend)
                let border = tiling.context * factor
                // The core, or the whole picture where that is smaller.
                let core = picture.cropped(
                    top: border, left: border, height: picture.shape[1] - 2 * border,
                    width: picture.shape[2] - 2 * border)
                sum.add(core, top: top * factor, left: left * factor)
                for row in top..<top + core.shape[1] / factor {
                    for column in left..<left + core.shape[2] / factor { count[row * width + column] += 1 }
                }
            }
        }
        let channels = configuration.pictureChannels
        sum.withMutableSpan { pixels in
            for row in 0..<height * factor {
                for column in 0..<width * factor {
                    let divisor = count[row / factor * width + column / factor]
                    if divisor == 1 { continue }
                    let first = (row * width * factor + column) * channels
                    for index in first..<first + channels { pixels[index] /= divisor }
                }
            }
        }
        return sum
    }

    /// The posterior mean in diffusers' tiles, unscaled.
    ///
    /// - Parameters:
    ///   - picture: one batch item, `[1, height, width, 3]` in −1...1, both sizes multiples of the factor.
    ///   - tiling: the size of the tiles in pixels and how far they overlap.
    ///   - backend: where it is computed.
    /// - Returns: `[1, height / factor, width / factor, latentChannels]`, not yet multiplied by the scaling factor.
    public func posteriorMean(of picture: Tensor, tiling: EncodeTiling, on backend: any ComputeBackend) -> Tensor {
        let factor = configuration.factor
        let edge = tiling.tile / factor
        let step = max(1, Int(Double(tiling.tile) * (1 - tiling.overlap)))
        let blend = Int(Double(edge) * tiling.overlap)
        let keep = edge - blend
        let (height, width) = (picture.shape[1], picture.shape[2])
        var mean = Tensor(shape: [1, height / factor, width / factor, configuration.latentChannels])
        var above: [Tensor] = []
        for (row, top) in stride(from: 0, to: height, by: step).enumerated() {
            var current: [Tensor] = []
            for (column, left) in stride(from: 0, to: width, by: step).enumerated() {
                let part = picture.cropped(top: top, left: left, height: tiling.tile, width: tiling.tile)
                var tile = posterior(of: part, on: backend).mean
                // Blended with the tiles above and to the left as they are after their own blending.
                if row > 0 { tile.blendTop(with: above[column], rows: blend) }
                if column > 0 { tile.blendLeft(with: current[column - 1], columns: blend) }
                current.append(tile)
                mean.place(
                    tile.cropped(top: 0, left: 0, height: keep, width: keep), top: row * keep, left: column * keep)
            }
            above = current
        }
        return mean
    }
}
