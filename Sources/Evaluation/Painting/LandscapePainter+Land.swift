/// Mountains, hills and dunes.
extension LandscapePainter {
    mutating func paintBackground() {
        let horizon = scene.horizon
        let meadow = scene.season.meadow
        switch scene.terrain {
        case .mountains:
            paintPeaks(haze: 0.10, snowLine: 1)
            paint(
                Hill(
                    30, base: horizon + 0.03, height: 0.020, cells: 4, meadow * 0.72 + Colour(0.02, 0.05, 0.06),
                    haze: 0.28, texture: 0.07))
            paint(Hill(40, base: horizon + 0.13, height: 0.025, cells: 3, meadow * 0.86, haze: 0.10))
        case .hills:
            paint(
                Hill(
                    30, base: horizon - 0.06, height: 0.045, cells: 3, meadow * 0.66 + Colour(0.03, 0.06, 0.10),
                    haze: 0.42, texture: 0.05))
            paint(
                Hill(
                    40, base: horizon + 0.03, height: 0.045, cells: 2, meadow * 0.80 + Colour(0.01, 0.03, 0.02),
                    haze: 0.22, texture: 0.08))
            paint(Hill(50, base: horizon + 0.13, height: 0.035, cells: 2, meadow * 0.92, haze: 0.08))
        case .desert:
            paint(Dune(key: 30, base: horizon + 0.02, height: 0.10, count: 2.3, haze: 0.40))
            paint(Dune(key: 40, base: horizon + 0.13, height: 0.11, count: 1.7, haze: 0.18))
        case .lake:
            paintPeaks(haze: 0.22, snowLine: 0.55)
            paint(
                Hill(
                    30, base: horizon - 0.015, height: 0.014, cells: 5, meadow * 0.62 + Colour(0.02, 0.05, 0.05),
                    haze: 0.20, texture: 0.07))
        case .sea: break
        }
    }

    mutating func paintForeground() {
        switch scene.terrain {
        case .sea:
            paint(
                Hill(
                    60, base: 0.93, height: 0.012, cells: 2, Colour(0.90, 0.78, 0.55), haze: 0, texture: 0.07,
                    textureCells: (32, 32)))
        case .desert: paint(Dune(key: 60, base: 0.86, height: 0.06, count: 1.2, haze: 0.03))
        case .lake, .mountains, .hills:
            let base: Float = scene.terrain == .lake ? 0.86 : 0.80
            paint(
                Hill(
                    60, base: base, height: 0.020, cells: 2, scene.season.meadow, haze: 0, texture: 0.16,
                    textureCells: (32, 48)))
            if scene.season == .spring { paintFlowers() }
        }
    }

    /// Rock below, snow above, each peak with a lit and a shaded face.
    private mutating func paintPeaks(haze: Float, snowLine: Float) {
        let (scene, palette, scale) = (scene, palette, canvas.scale)
        let outline = LatticeNoise(scene, 21, gain: 0.6, octaves: 10).line(edge, cells: 8)
        let ridge = (0..<edge).map { Scene.ridge(scene.peaks, at: canvas.centre($0)) + 0.016 * outline[$0] }
        let rows = max(0, canvas.index(ridge.min() ?? 0) - 1)..<canvas.index(scene.horizon + 0.08)
        let noise = LatticeNoise(scene, 22, gain: 0.62).plane(edge, rows: rows, cells: (4, 6))
        let side: Float = scene.disc.x < 0.5 ? -1 : 1
        let line = snowLine * (scene.season == .winter ? 0.22 : 0.13)
        canvas.paint(rows: rows) { place in
            let depth = place.y - ridge[place.column]
            let coverage = limit(depth * scale + 0.5)
            guard coverage > 0 else { return Canvas.Stroke(colour: .zero, coverage: 0) }
            let grain = noise[place.row, place.column]
            // The face belongs to the peak whose outline is nearest; lower down the order of the peaks decides.
            var nearest = (x: Float(0), value: -Float.infinity)
            for (index, peak) in scene.peaks.enumerated() {
                let value = 0.225 * depth * Float(index * 2 % 3) - peak.outline(at: place.x)
                if value > nearest.value { nearest = (peak.x, value) }
            }
            let face = place.x - nearest.x + 0.55 * grain * (0.02 + 0.35 * depth)
            let lit = smoothStep(side * face, -0.012, 0.012)
            let rock = mix(Colour(0.25, 0.26, 0.33), Colour(0.52, 0.47, 0.45), lit) * (1 + 0.11 * grain)
            let snow = mix(Colour(0.62, 0.70, 0.86), Colour(1, 0.99, 0.97), lit)
            let snowed = 1 - smoothStep(depth + 0.028 * grain, 0.75 * line, line)
            let far = haze + 0.35 * smoothStep(place.y, scene.horizon - 0.22, scene.horizon + 0.03)
            return Canvas.Stroke(
                colour: mix(mix(rock, snow, snowed) * palette.light, palette.haze, far), coverage: coverage)
        }
    }

    private mutating func paintFlowers() {
        var random = SceneRandom(seed: scene.seed, key: 8)
        let colours = [
            Colour(0.95, 0.25, 0.30), Colour(1, 0.88, 0.25), Colour(0.95, 0.95, 0.98), Colour(0.75, 0.40, 0.85),
        ]
        let nearest: Float = scene.terrain == .lake ? 0.91 : 0.86
        for _ in 0..<70 {
            let (x, y) = (random.uniform(), random.uniform(nearest...1))
            canvas.ellipse(
                x: x, y: y, radiusX: 0.0030 + 0.006 * (y - 0.84), radiusY: 0.0026 + 0.005 * (y - 0.84),
                random.pick(colours) * palette.light)
        }
    }
}

/// A range of hills, from its outline to the bottom of the picture.
struct Hill {
    var key: UInt64
    var base: Float
    var height: Float
    var cells: Int
    var colour: Colour
    var haze: Float
    var texture: Float
    var textureCells: (rows: Int, columns: Int)

    init(
        _ key: UInt64, base: Float, height: Float, cells: Int, _ colour: Colour, haze: Float, texture: Float = 0.10,
        textureCells: (rows: Int, columns: Int) = (16, 24)
    ) {
        self.key = key
        self.base = base
        self.height = height
        self.cells = cells
        self.colour = colour
        self.haze = haze
        self.texture = texture
        self.textureCells = textureCells
    }
}

extension LandscapePainter {
    mutating func paint(_ hill: Hill) {
        let (palette, scale) = (palette, canvas.scale)
        let outline = LatticeNoise(scene, hill.key, gain: 0.42, octaves: 10).line(edge, cells: hill.cells)
            .map { hill.base - hill.height * $0 }
        let rows = max(0, canvas.index(outline.min() ?? 0) - 1)..<edge
        let texture = LatticeNoise(scene, hill.key + 1, gain: 0.72)
            .plane(edge, rows: rows, cells: hill.textureCells)
        let side: Float = scene.disc.x < 0.5 ? 1 : -1
        let slopes = outline.indices.map { index in
            let (left, right) = (max(index - 1, 0), min(index + 1, edge - 1))
            let slope = (outline[right] - outline[left]) / Float(right - left) * scale
            return min(max(-slope * side * 0.35, -0.22), 0.22)
        }
        canvas.paint(rows: rows) { place in
            let depth = place.y - outline[place.column]
            let coverage = limit(depth * scale + 0.5)
            guard coverage > 0 else { return Canvas.Stroke(colour: .zero, coverage: 0) }
            let grain = hill.texture * texture[place.row, place.column]
            let crest = 0.16 * Smooth.exp(-28 * max(depth, 0)) - 0.30 * min(max(depth, 0), 0.5)
            let shade = 1 + slopes[place.column] * Smooth.exp(-5 * depth) + grain + crest
            return Canvas.Stroke(
                colour: mix(hill.colour * palette.light * shade, palette.haze, hill.haze), coverage: coverage)
        }
    }
}
