import Tensors

/// How much of a picture's brightness changes at which fineness: the power spectrum, averaged over all directions, in
/// bands of a third of an octave.
package struct RadialSpectrum: Sendable {
    /// Decibels of each band, from 2 cycles a picture up to the finest.
    package let decibels: [Double]

    /// The limits of the bands in cycles a picture: the first one holds a frequency at every size.
    private static func limits(edge: Int) -> [Double] {
        let third = Elementary.exp(Elementary.log(2) / 3)
        var limits = [1.95]
        while let last = limits.last, last * third < Double(edge) / 2 { limits.append(last * third) }
        return limits
    }

    /// - Parameter picture: the largest square with a power of two of pixels an edge is taken from its middle.
    package init(_ picture: Raster) {
        var edge = 1
        while 2 * edge <= min(picture.width, picture.height) { edge *= 2 }
        let part = picture.cropped(
            top: (picture.height - edge) / 2, left: (picture.width - edge) / 2, height: edge, width: edge)
        let power = Self.power(part.luminance, edge: edge)
        let limits = Self.limits(edge: edge)
        var sums = [Double](repeating: 0, count: limits.count)
        var counts = [Double](repeating: 0, count: limits.count)
        for row in 0..<edge {
            let down = Double(row <= edge / 2 ? row : edge - row)
            for column in 0..<edge {
                let across = Double(column <= edge / 2 ? column : edge - column)
                let frequency = (down * down + across * across).squareRoot()
                guard frequency >= limits[0], frequency <= Double(edge) / 2,
                    let band = limits.lastIndex(where: { $0 <= frequency })
                else { continue }
                sums[band] += power[row * edge + column]
                counts[band] += 1
            }
        }
        decibels = zip(sums, counts).compactMap { sum, count in
            count > 0 ? 10 / Elementary.log(10) * Elementary.log(sum / count + 1e-12) : nil
        }
    }

    /// The mean over pictures of one size, band by band.
    package static func mean(_ spectra: [RadialSpectrum]) -> [Double] {
        guard let bands = spectra.first?.decibels.indices else { return [] }
        return bands.map { band in spectra.reduce(0) { $0 + $1.decibels[band] } / Double(spectra.count) }
    }

    /// The root of the mean square of the differences in decibels.
    package static func distance(_ first: [Double], _ second: [Double]) -> Double {
        let squares = zip(first, second).map { ($0 - $1) * ($0 - $1) }
        return squares.isEmpty ? 0 : (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }

    /// The squared magnitudes of the two-dimensional Fourier transform of what a Hann window leaves of `values`, divided
    /// by the number of pixels.
    private static func power(_ values: [Float], edge: Int) -> [Double] {
        let window = (0..<edge).map {
            0.5 - 0.5 * Elementary.cos(2 * .pi * (Double($0) + 0.5) / Double(edge))
        }
        let mean = Double(values.reduce(0, +)) / Double(values.count)
        let transform = FourierTransform(edge)
        var real = [Double](repeating: 0, count: values.count)
        var imaginary = real
        for row in 0..<edge {
            var line = (0..<edge).map { column in
                SIMD2((Double(values[row * edge + column]) - mean) * window[row] * window[column], 0)
            }
            transform(&line)
            for column in 0..<edge {
                (real[row * edge + column], imaginary[row * edge + column]) = (line[column].x, line[column].y)
            }
        }
        var power = [Double](repeating: 0, count: values.count)
        for column in 0..<edge {
            var line = (0..<edge).map { SIMD2(real[$0 * edge + column], imaginary[$0 * edge + column]) }
            transform(&line)
            for row in 0..<edge { power[row * edge + column] = (line[row] * line[row]).sum() / Double(values.count) }
        }
        return power
    }
}

/// Cooley and Tukey's transform of a power of two of complex numbers.
private struct FourierTransform {
    private let length: Int
    private let roots: [SIMD2<Double>]

    init(_ length: Int) {
        self.length = length
        roots = (0..<max(1, length / 2)).map {
            let angle = -2 * Double.pi * Double($0) / Double(length)
            return SIMD2(Elementary.cos(angle), Elementary.sin(angle))
        }
    }

    func callAsFunction(_ values: inout [SIMD2<Double>]) {
        var target = 0
        for index in 0..<length {
            if index < target { values.swapAt(index, target) }
            var bit = length / 2
            while bit > 0, target & bit != 0 {
                target ^= bit
                bit /= 2
            }
            target |= bit
        }
        var half = 1
        while half < length {
            let step = length / (2 * half)
            for start in stride(from: 0, to: length, by: 2 * half) {
                for offset in 0..<half {
                    let root = roots[offset * step]
                    let (a, b) = (values[start + offset], values[start + offset + half])
                    let turned = SIMD2(root.x * b.x - root.y * b.y, root.x * b.y + root.y * b.x)
                    values[start + offset] = a + turned
                    values[start + offset + half] = a - turned
                }
            }
            half *= 2
        }
    }
}
