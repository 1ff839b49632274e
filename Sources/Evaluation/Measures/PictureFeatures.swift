import Tensors

/// Fixed features of a picture: what is where in which colour, and how much detail there is at every scale. They stand in
/// for those of a trained network, as nobody's weights are needed and what each says is known.
///
/// A picture is taken at ``edge`` pixels. 48 features are the mean brightness and colour differences of a grid of four by
/// four cells. 15 are logarithms of energies: of three directions of Haar's wavelets at four scales of the brightness,
/// and of the spread of brightness and colours.
package enum PictureFeatures {
    /// Pixels in each direction at which features are taken.
    package static let edge = 256
    /// How many features there are.
    package static let count = 3 * cells * cells + 3 * scales + 3

    private static let cells = 4
    private static let scales = 4

    /// - Parameter picture: of any size; it is scaled to ``edge``.
    /// - Returns: ``count`` numbers.
    package static func vector(of picture: Raster) -> [Double] {
        let small = picture.resized(width: edge, height: edge)
        let opponent = small.pixels.map(Raster.opponent)
        let grid = Raster(width: edge, height: edge, pixels: opponent).resized(width: cells, height: cells)
        let colours = grid.pixels.flatMap { [Double($0.x), Double($0.y), Double($0.z)] }
        var mean = SIMD3<Double>.zero
        var square = SIMD3<Double>.zero
        for pixel in opponent {
            let value = SIMD3<Double>(pixel)
            mean += value
            square += value * value
        }
        mean /= Double(opponent.count)
        let variance = square / Double(opponent.count) - mean * mean
        let spreads = (0..<3).map { logarithm(variance[$0]) }
        return colours + energies(opponent.map(\.x)) + spreads
    }

    /// Mean squares of the wavelets' coefficients, as logarithms.
    private static func energies(_ luminance: [Float]) -> [Double] {
        var (level, width) = (luminance, edge)
        var energies: [Double] = []
        for _ in 0..<scales {
            let half = width / 2
            var next = [Float](repeating: 0, count: half * half)
            var sums = SIMD3<Double>.zero
            for row in 0..<half {
                for column in 0..<half {
                    let first = 2 * row * width + 2 * column
                    let (a, b) = (level[first], level[first + 1])
                    let (c, d) = (level[first + width], level[first + width + 1])
                    next[row * half + column] = (a + b + c + d) / 4
                    let details = SIMD3<Double>(Double(a - b + c - d), Double(a + b - c - d), Double(a - b - c + d))
                    sums += details * details
                }
            }
            for direction in 0..<3 { energies.append(logarithm(sums[direction] / Double(half * half))) }
            (level, width) = (next, half)
        }
        return energies
    }

    /// Of an energy; a step of 8-bit levels is the least that counts, so that empty pictures have a finite one.
    private static func logarithm(_ energy: Double) -> Double { Elementary.log(max(energy, 0) + 1.5e-5) / 2 }
}
