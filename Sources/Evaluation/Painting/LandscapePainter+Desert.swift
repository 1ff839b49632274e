/// A row of dunes, from its outline to the bottom of the picture.
struct Dune {
    var key: UInt64
    var base: Float
    var height: Float
    /// How many crests fit the picture's width.
    var count: Float
    var haze: Float
}

extension LandscapePainter {
    /// Long slopes to the windward side, short shaded ones to the lee, and ripples.
    mutating func paint(_ dune: Dune) {
        let (palette, scale) = (palette, canvas.scale)
        var random = SceneRandom(seed: scene.seed, key: dune.key + 500)
        let phase = random.uniform()
        let heights = (0..<Int(dune.count) + 3).map { _ in random.uniform(0.55...1) }
        let outlineNoise = LatticeNoise(scene, dune.key, octaves: 10).line(edge, cells: 4)
        let outline = (0..<edge).map { column in
            let place = canvas.centre(column) * dune.count + phase
            let part = place - place.rounded(.down)
            let rise = part < 0.62 ? part / 0.62 : (1 - part) / 0.38
            let smooth = 0.75 * rise * rise * (3 - 2 * rise) + 0.25 * rise
            return dune.base - dune.height * smooth * heights[Int(place)] + 0.006 * outlineNoise[column]
        }
        let rows = max(0, canvas.index(outline.min() ?? 0) - 1)..<edge
        let texture = LatticeNoise(scene, dune.key + 1, gain: 0.55).plane(edge, rows: rows, cells: (8, 8))
        let waves = (0..<edge).map { 0.05 * Smooth.sin(9 * canvas.centre($0)) + 0.12 * canvas.centre($0) }
        canvas.paint(rows: rows) { place in
            let depth = place.y - outline[place.column]
            let coverage = limit(depth * scale + 0.5)
            guard coverage > 0 else { return Canvas.Stroke(colour: .zero, coverage: 0) }
            let grain = texture[place.row, place.column]
            // The crest's shadow runs down and to the left.
            let along = place.x * dune.count + phase + 0.9 * dune.count * depth + 0.03 * grain * min(8 * depth, 1)
            let part = along - along.rounded(.down)
            let lee = smoothStep((part - 0.62) / dune.count, -0.004, 0.004) * (1 - smoothStep(part, 0.72, 1))
            let ripple = Smooth.sin(2 * .pi * 46 * (1.35 * place.y + waves[place.column] + 0.010 * grain))
            var shade = 1 - 0.34 * lee * Smooth.exp(-3.5 * depth)
            shade += 0.045 * ripple * smoothStep(depth, 0, 0.06) + 0.035 * grain - 0.25 * min(max(depth, 0), 0.6)
            return Canvas.Stroke(
                colour: mix(Colour(0.93, 0.72, 0.42) * palette.light * shade, palette.haze, dune.haze),
                coverage: coverage)
        }
    }
}
