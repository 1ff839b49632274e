/// Noise that is the same at every size: octaves of lattices of random numbers with cubic B-splines between them. A larger
/// picture gets more octaves, and so detail that is really finer; the ones it shares with a smaller one are the same.
struct LatticeNoise {
    /// What the numbers are drawn from.
    var seed: UInt64
    /// Which part of a picture it is for.
    var key: UInt64
    /// The weight of an octave as a share of the one before.
    var gain: Float
    /// The most octaves.
    var octaves: Int

    init(_ scene: Scene, _ key: UInt64, gain: Float = 0.5, octaves: Int = 9) {
        seed = scene.seed
        self.key = key
        self.gain = gain
        self.octaves = octaves
    }

    /// A plane of noise, about 0 with a deviation near 1.
    ///
    /// - Parameters:
    ///   - edge: pixels of the whole picture in each direction.
    ///   - rows: the rows wanted.
    ///   - cells: of the coarsest lattice.
    /// - Returns: its values.
    func plane(_ edge: Int, rows: Range<Int>, cells: (rows: Int, columns: Int)) -> Plane {
        var plane = Plane(rows: rows, width: edge)
        var (weight, power): (Float, Float) = (1, 0)
        for octave in 0..<octaves {
            let (high, wide) = (cells.rows << octave, cells.columns << octave)
            if max(high, wide) <= edge / 2 {
                plane.add(lattice(octave, (high + 3) * (wide + 3)), high: high, wide: wide, weight: weight, edge: edge)
            }
            // What is too fine for this size counts, too: the rest is as strong as in a larger picture.
            power += weight * weight
            weight *= gain
        }
        plane.scale(by: 2 / power.squareRoot())
        return plane
    }

    /// A line of noise, for outlines: about 0, half as strong as a plane.
    func line(_ edge: Int, cells: Int) -> [Float] {
        var line = [Float](repeating: 0, count: edge)
        var weight: Float = 1
        for octave in 0..<octaves where cells << octave <= edge / 2 {
            let values = lattice(octave, (cells << octave) + 3)
            for (index, spline) in BSpline.all(edge, cells: cells << octave).enumerated() {
                line[index] += weight * spline.value { values[spline.first + $0] }
            }
            weight *= gain
        }
        return line
    }

    private func lattice(_ octave: Int, _ count: Int) -> [Float] {
        var random = SceneRandom(seed: seed, key: key &+ 1000, index: octave)
        return (0..<count).map { _ in random.normal() }
    }

    /// Values of some rows of a picture.
    struct Plane {
        let rows: Range<Int>
        let width: Int
        private var values: [Float]

        fileprivate init(rows: Range<Int>, width: Int) {
            self.rows = rows
            self.width = width
            values = Array(repeating: 0, count: rows.count * width)
        }

        @inline(__always)
        subscript(row: Int, column: Int) -> Float { values[(row - rows.lowerBound) * width + column] }

        /// How fast it grows downwards, for each unit of the picture's edge.
        @inline(__always)
        func slope(_ row: Int, _ column: Int) -> Float {
            let (above, below) = (max(row - 1, rows.lowerBound), min(row + 1, rows.upperBound - 1))
            return (self[below, column] - self[above, column]) / Float(max(below - above, 1)) * Float(width)
        }

        fileprivate mutating func add(_ lattice: [Float], high: Int, wide: Int, weight: Float, edge: Int) {
            let across = BSpline.all(edge, cells: wide)
            let stride = wide + 3
            var blended = [Float](repeating: 0, count: stride)
            for (line, row) in rows.enumerated() {
                let down = BSpline(row, of: edge, cells: high)
                let first = down.first * stride
                for column in 0..<stride {
                    blended[column] = weight * down.value { lattice[first + $0 * stride + column] }
                }
                let start = line * width
                for column in 0..<width {
                    let spline = across[column]
                    values[start + column] += spline.value { blended[spline.first + $0] }
                }
            }
        }

        fileprivate mutating func scale(by factor: Float) {
            for index in values.indices { values[index] *= factor }
        }
    }
}

/// The four lattice points around a pixel and their weights.
private struct BSpline {
    let first: Int
    private let weights: SIMD4<Float>

    init(_ pixel: Int, of edge: Int, cells: Int) {
        let place = (Float(pixel) + 0.5) / Float(edge) * Float(cells)
        first = Int(place)
        let t = place - Float(first)
        let u = 1 - t
        weights = SIMD4(u * u * u, 3 * t * t * t - 6 * t * t + 4, 3 * u * u * u - 6 * u * u + 4, t * t * t) / 6
    }

    /// Of every pixel of a line.
    static func all(_ edge: Int, cells: Int) -> [BSpline] { (0..<edge).map { BSpline($0, of: edge, cells: cells) } }

    @inline(__always)
    func value(_ point: (Int) -> Float) -> Float {
        weights[0] * point(0) + weights[1] * point(1) + weights[2] * point(2) + weights[3] * point(3)
    }
}
