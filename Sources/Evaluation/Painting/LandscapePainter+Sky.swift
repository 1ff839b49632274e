/// The sky and what is in it.
extension LandscapePainter {
    mutating func paintSky() {
        let palette = palette
        let horizon = scene.horizon
        canvas.paint { place in
            let height = min(max(place.y / horizon, 0), 1.2)
            let upper = mix(palette.sky.top, palette.sky.middle, smoothStep(height, 0, 0.62))
            return Canvas.Stroke(
                colour: mix(upper, palette.sky.horizon, smoothStep(height, 0.45, 1.02)), coverage: 1)
        }
        if scene.time == .night { paintStars() }
        for disc in discs { paintGlow(around: disc) }
        for disc in discs { paint(disc) }
        if scene.clouds != .clear { paintClouds() }
    }

    private var skyRows: Range<Int> { 0..<min(edge, canvas.index(scene.horizon + 0.02)) }

    private mutating func paintStars() {
        var random = SceneRandom(seed: scene.seed, key: 7)
        for _ in 0..<110 {
            let (x, y) = (random.uniform(), random.uniform(0...scene.horizon * 0.9))
            let brightness = random.uniform(0.35...1)
            let radius = 0.0016 + 0.0016 * brightness * brightness
            // No smaller than a pixel, but then fainter.
            let shown = max(radius, 0.55 / canvas.scale)
            let strength = brightness * min(1, 1.3 * (radius / shown) * (radius / shown))
            let box = Canvas.Box(left: x - 3 * shown, top: y - 3 * shown, right: x + 3 * shown, bottom: y + 3 * shown)
            canvas.paint(box) { place in
                let (dx, dy) = (place.x - x, place.y - y)
                return Canvas.Stroke(
                    colour: Colour(0.95, 0.96, 1),
                    coverage: strength * Smooth.exp(-(dx * dx + dy * dy) / (shown * shown)))
            }
        }
    }

    private mutating func paintGlow(around disc: Scene.Disc) {
        let (colour, radius) = (palette.glow, disc.radius)
        let strength: Float = scene.time == .night ? 0.7 : 1
        canvas.paint(rows: skyRows) { place in
            let beyond = max(disc.distance(to: place) - radius, 0)
            let near = 0.55 * Smooth.exp(-beyond / (1.6 * radius))
            return Canvas.Stroke(
                colour: colour, coverage: strength * (near + 0.30 * Smooth.exp(-beyond / (6 * radius))))
        }
    }

    private mutating func paint(_ disc: Scene.Disc) {
        let (colour, isMoon) = (palette.disc, scene.time == .night)
        let rows = skyRows
        let craters =
            isMoon ? LatticeNoise(scene, 9).plane(edge, rows: rows, cells: (16, 16)) : nil
        let canvasScale = canvas.scale
        let first = min(canvas.index(disc.y - disc.radius), rows.upperBound)
        canvas.paint(rows: max(0, first - 2)..<min(rows.upperBound, canvas.index(disc.y + disc.radius) + 3)) { place in
            let distance = disc.distance(to: place)
            let rim = min(distance / disc.radius, 1)
            var shade = 1 - 0.05 * rim * rim * rim * rim
            if let craters {
                shade = 1 - 0.13 * smoothStep(craters[place.row, place.column], 0.2, 0.9)
                shade *= 1 - 0.16 * rim * rim * rim
            }
            return Canvas.Stroke(
                colour: colour * shade, coverage: limit((disc.radius - distance) * canvasScale + 0.5))
        }
    }

    /// Clouds leave the disc and the horizon free.
    private mutating func paintClouds() {
        let (palette, discs, horizon) = (palette, discs, scene.horizon)
        let rows = skyRows
        let noise = LatticeNoise(scene, 11, gain: 0.56).plane(edge, rows: rows, cells: (6, 3))
        let threshold: Float = scene.clouds == .few ? 0.62 : -0.05
        canvas.paint(rows: rows) { place in
            let value = noise[place.row, place.column]
            let high = 1 - 0.75 * smoothStep(place.y, 0.62 * horizon, 0.98 * horizon)
            let clear = discs.reduce(1) { $0 * smoothStep($1.distance(to: place) / $1.radius, 1.1, 2.3) }
            let coverage = 0.93 * smoothStep(value, threshold, threshold + 0.75) * high * clear
            guard coverage > 0 else { return Canvas.Stroke(colour: .zero, coverage: 0) }
            let shade = limit(
                0.55 - 0.032 * noise.slope(place.row, place.column) - 0.20 * (value - threshold))
            return Canvas.Stroke(colour: mix(palette.cloud.shaded, palette.cloud.lit, shade), coverage: coverage)
        }
    }
}

extension Scene.Disc {
    fileprivate func distance(to place: Canvas.Place) -> Float {
        let (dx, dy) = (place.x - x, place.y - y)
        return (dx * dx + dy * dy).squareRoot()
    }
}
