/// Lakes and seas.
extension LandscapePainter {
    /// What is above the horizon mirrored, with waves, a path of light below the disc, and a boat.
    mutating func paintWater() {
        let (scene, discs, palette, mirrored, edge) = (scene, discs, palette, canvas, edge)
        let isLake = scene.terrain == .lake
        let first = canvas.index(scene.horizon + 0.5 / canvas.scale)
        let rows = first..<edge
        let waves = LatticeNoise(scene, 13, gain: 0.75, octaves: 5).plane(edge, rows: rows, cells: (64, 8))
        let swell = LatticeNoise(scene, 14, gain: 0.6, octaves: 6).plane(edge, rows: rows, cells: (16, 3))
        let tint = (isLake ? Colour(0.10, 0.30, 0.42) : Colour(0.06, 0.28, 0.46)) * palette.light
        let reflection: Float = isLake ? 0.85 : 0.55
        let squeeze: Float = isLake ? 1.15 : 0.95
        let height: Float = isLake ? 1 : 2
        canvas.paint(rows: rows) { place in
            let below = place.y - scene.horizon
            let depth = limit(below / (1 - scene.horizon))
            let (wave, long) = (waves[place.row, place.column], swell[place.row, place.column])
            let y = scene.horizon - squeeze * below + height * wave * (0.004 + 0.014 * depth)
            let row = min(max(Int(y * mirrored.scale), 0), max(first - 1, 0))
            let column = place.column + Int(long * (0.003 + 0.012 * depth) * mirrored.scale)
            let mirror = mirrored[row, min(max(column, 0), edge - 1)]
            var colour = mix(tint, mirror, reflection) * (1 - 0.22 * depth) * (1 + 0.10 * wave + 0.07 * long)
            for disc in discs {
                let offset = (place.x - disc.x) / (0.035 + 0.09 * depth)
                let glitter = Smooth.exp(-offset * offset) * smoothStep(wave + 0.4 * long, 0.15, 0.9)
                colour = mix(colour, palette.disc, 0.75 * glitter * disc.radius / scene.disc.radius)
            }
            let foam = smoothStep(wave, 1, 1.7) * (isLake ? 0.10 : 0.28) * (0.3 + 0.7 * depth)
            return Canvas.Stroke(colour: mix(colour, palette.light * 0.95, foam), coverage: 1)
        }
        if scene.landmark == .boat { paintBoat() }
    }

    /// Its reflection first, which is upside down and half as high.
    private mutating func paintBoat() {
        let (x, width) = (scene.landmarkX, scene.landmarkWidth)
        let light = palette.light * 0.75 + 0.25
        let sail = Colour(0.98, 0.97, 0.93) * light
        for (stretch, coverage) in [(Float(-0.55), Float(0.45)), (1, 1)] {
            func at(_ dx: Float, _ height: Float) -> (x: Float, y: Float) {
                (x + width * dx, scene.horizon + 0.105 - height * width * stretch)
            }
            canvas.polygon([at(0.02, 1.25), at(0.02, 0.22), at(0.42, 0.24)], sail, coverage: coverage)
            canvas.polygon([at(-0.03, 1.10), at(-0.03, 0.22), at(-0.36, 0.24)], sail * 0.86, coverage: coverage)
            canvas.polygon(
                [at(-0.012, 1.3), at(0.012, 1.3), at(0.012, 0.15), at(-0.012, 0.15)], Colour(0.30, 0.20, 0.12) * light,
                coverage: coverage)
            canvas.polygon(
                [at(-0.46, 0.19), at(0.50, 0.19), at(0.36, 0), at(-0.34, 0)], Colour(0.62, 0.16, 0.13) * light,
                coverage: coverage)
            canvas.polygon(
                [at(-0.46, 0.19), at(0.50, 0.19), at(0.485, 0.165), at(-0.445, 0.165)],
                Colour(0.95, 0.93, 0.88) * light, coverage: coverage)
        }
    }
}
