package import Tensors

/// Keeps a centred rectangle of the spectrum of each channel (the official code's `attn_guidance_filter`).
///
/// The rectangle is rows × columns, so the filter is a product of one-dimensional projections P = F⁻¹ D F. Latents of
/// stage one are small, and a matrix each way is simpler than a transform. A window that is not symmetric has
/// complex projections A + iB; of the result the real part is kept, as in the official code.
package struct BandLimit {
    private let rows: Projection
    private let columns: Projection

    /// - Parameters:
    ///   - size: the size of the latents in cells.
    ///   - window: half of the rectangle, which may be larger than the spectrum.
    package init(size: Extent, window: FrequencyFilter.Window) {
        rows = Projection(size.height, half: window.rows)
        columns = Projection(size.width, half: window.columns)
    }

    /// - Parameter latents: `[batch, height, width, channels]`, of the size that the filter was made for.
    /// - Returns: what is left of them, in the same shape.
    package func callAsFunction(_ latents: Tensor) -> Tensor {
        let (height, width, channels) = (latents.shape[1], latents.shape[2], latents.shape[3])
        let input = latents.values.map(Double.init)
        var output = [Float](repeating: 0, count: input.count)
        for item in 0..<latents.shape[0] {
            let base = item * height * width * channels
            // Along the rows' direction first: real and imaginary parts, columns next.
            var real = [Double](repeating: 0, count: height * width * channels)
            var imaginary = real
            for target in 0..<height {
                for source in 0..<height {
                    let (a, b) = rows[target, source]
                    for index in 0..<width * channels {
                        let value = input[base + source * width * channels + index]
                        real[target * width * channels + index] += a * value
                        imaginary[target * width * channels + index] += b * value
                    }
                }
            }
            for row in 0..<height {
                for target in 0..<width {
                    for channel in 0..<channels {
                        var sum = 0.0
                        for source in 0..<width {
                            let (a, b) = columns[target, source]
                            let index = (row * width + source) * channels + channel
                            sum += a * real[index] - b * imaginary[index]
                        }
                        output[base + (row * width + target) * channels + channel] = Float(sum)
                    }
                }
            }
        }
        return Tensor(shape: latents.shape, values: output)
    }

    /// The projection onto some frequencies of a signal of `count` samples; its entries depend on the distance alone.
    private struct Projection {
        private let count: Int
        private var cosines: [Double]
        private var sines: [Double]

        /// Keeps `centre − half ..< centre + half` of the shifted spectrum by the rules of a Python slice: a
        /// negative start counts from the end.
        init(_ count: Int, half: Int) {
            self.count = count
            let centre = count / 2
            let start = centre >= half ? centre - half : max(0, count + centre - half)
            let end = min(count, centre + half)
            cosines = Array(repeating: 0, count: count)
            sines = cosines
            guard start < end else { return }
            for distance in 0..<count {
                for index in start..<end {
                    let frequency = ((index - centre) * distance) % count
                    let angle = 2 * Double.pi * Double(frequency) / Double(count)
                    cosines[distance] += Elementary.cos(angle) / Double(count)
                    sines[distance] += Elementary.sin(angle) / Double(count)
                }
            }
        }

        subscript(target: Int, source: Int) -> (Double, Double) {
            let distance = target - source
            return distance >= 0
                ? (cosines[distance], sines[distance])
                : (cosines[-distance], -sines[-distance])
        }
    }
}
