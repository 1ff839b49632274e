/// Trees and cactuses.
extension LandscapePainter {
    mutating func paint(_ tree: Scene.Tree, _ index: Int) {
        switch scene.treeKind {
        case .pine: paintPine(tree, index)
        case .leafy: paintLeafy(tree, index)
        case .cactus: paintCactus(tree)
        }
    }

    private mutating func paintTrunk(_ tree: Scene.Tree, top: Float, bottomWidth: Float, _ colour: Colour) {
        let (x, base, height) = (tree.x, tree.base, tree.height)
        canvas.polygon(
            [
                (x - 0.035 * height, base - top * height), (x + 0.035 * height, base - top * height),
                (x + bottomWidth * height, base), (x - bottomWidth * height, base),
            ], colour * palette.light)
    }

    /// Tiers of branches, each wider than the one above.
    private mutating func paintPine(_ tree: Scene.Tree, _ index: Int) {
        paintTrunk(tree, top: 0.16, bottomWidth: 0.04, Colour(0.30, 0.19, 0.11))
        let (scene, light, scale) = (scene, palette.light, canvas.scale)
        let width = 0.27 * tree.height
        let top = tree.base - tree.height
        var random = SceneRandom(seed: scene.seed, key: 5, index: index)
        let jitter = (0..<8).map { _ in 0.06 * random.normal() }
        let needles = scene.season == .autumn ? Colour(0.14, 0.32, 0.14) : Colour(0.10, 0.32, 0.17)
        let side = lightSide(at: tree.x)
        let box = Canvas.Box(
            left: tree.x - 1.2 * width, top: top, right: tree.x + 1.2 * width, bottom: tree.base - 0.10 * tree.height)
        canvas.paint(box) { place in
            let down = (place.y - top) / (0.90 * tree.height)
            guard down > 0, down < 1 else { return Canvas.Stroke(colour: .zero, coverage: 0) }
            let across = (place.x - tree.x) / width
            let tier = (5.5 * down).rounded(.down)
            let within = 5.5 * down - tier
            let spread = (0.72 * down + 0.06 + 0.30 * within * min(1, 1.6 * down + 0.25)) * (1 + jitter[Int(tier)])
            let twigs = 0.042 * Smooth.sin(23 * across + 2.1 * tier + 40 * jitter[3]) * min(1, 3 * down)
            let coverage = limit((spread - abs(across) + twigs) * width * scale + 0.5)
            guard coverage > 0 else { return Canvas.Stroke(colour: .zero, coverage: 0) }
            let round = min(max(across * side / max(spread, 0.05), -1), 1)
            let shade = 1.05 - 0.42 * (1 - within) + 0.30 * round + 0.10 * Smooth.sin(31 * across + 33 * down)
            var colour = needles * light * (1.15 * shade)
            if scene.season == .winter {
                let snow = 0.9 * smoothStep(within + 0.25 * Smooth.sin(9 * across), 0.42, 0.62)
                colour = mix(colour, Colour(0.93, 0.96, 1) * light, snow)
            }
            return Canvas.Stroke(colour: colour, coverage: coverage)
        }
    }

    /// A round crown with a wavy rim.
    private mutating func paintLeafy(_ tree: Scene.Tree, _ index: Int) {
        paintTrunk(tree, top: 0.50, bottomWidth: 0.055, Colour(0.34, 0.22, 0.13))
        let (foliage, scale) = (scene.season.foliage * palette.light, canvas.scale)
        let radius = 0.36 * tree.height
        let middle = tree.base - 0.64 * tree.height
        var random = SceneRandom(seed: scene.seed, key: 6, index: index)
        let phases = (0..<6).map { _ in random.uniform(0...2 * .pi) }
        let side = lightSide(at: tree.x)
        let reach = 1.35 * radius
        let box = Canvas.Box(
            left: tree.x - reach, top: middle - reach, right: tree.x + reach, bottom: middle + reach)
        canvas.paint(box) { place in
            let x = (place.x - tree.x) / radius
            let y = (place.y - middle) / (0.92 * radius)
            let distance = (x * x + y * y).squareRoot()
            guard distance < 1.35 else { return Canvas.Stroke(colour: .zero, coverage: 0) }
            let direction = Direction(x: x / max(distance, 1e-6), y: y / max(distance, 1e-6))
            let rim =
                1 + 0.08 * direction.wave(5, phases[0]) + 0.06 * direction.wave(9, phases[1])
                + 0.035 * direction.wave(19, phases[2])
            let coverage = limit((rim - distance) * radius * scale + 0.5)
            guard coverage > 0 else { return Canvas.Stroke(colour: .zero, coverage: 0) }
            let bunch =
                Smooth.sin(7 * x + phases[3] + 2 * Smooth.sin(5 * y))
                * Smooth.sin(8 * y + phases[4] + 1.5 * Smooth.sin(4 * x))
            let leaves = Smooth.sin(23 * x + phases[5] + 3 * Smooth.sin(11 * y)) * Smooth.sin(27 * y + phases[0])
            let shade = 0.92 + 0.28 * (0.6 * side * x - 0.8 * y) + 0.13 * bunch + 0.09 * leaves
            return Canvas.Stroke(colour: foliage * shade, coverage: coverage)
        }
    }

    /// A trunk and two arms, with ribs.
    private mutating func paintCactus(_ tree: Scene.Tree) {
        let (height, light, scale) = (tree.height, palette.light, canvas.scale)
        let radius = 0.075 * height
        let side = lightSide(at: tree.x)
        func at(_ dx: Float, _ up: Float) -> (x: Float, y: Float) { (tree.x + dx, tree.base - up * height) }
        let arm = 0.24 * height
        let limbs: [(from: (x: Float, y: Float), to: (x: Float, y: Float), radius: Float)] = [
            (at(-arm, 0.66), at(-arm, 0.42), 0.72 * radius), (at(-arm, 0.42), at(0, 0.40), 0.72 * radius),
            (at(arm, 0.78), at(arm, 0.54), 0.72 * radius), (at(arm, 0.54), at(0, 0.52), 0.72 * radius),
            ((tree.x, tree.base - height + radius), (tree.x, tree.base - 0.3 * radius), radius),
        ]
        for (from, to, radius) in limbs {
            let (dx, dy) = (to.x - from.x, to.y - from.y)
            let box = Canvas.Box(
                left: min(from.x, to.x) - radius, top: min(from.y, to.y) - radius,
                right: max(from.x, to.x) + radius, bottom: max(from.y, to.y) + radius)
            canvas.paint(box) { place in
                let along = limit(((place.x - from.x) * dx + (place.y - from.y) * dy) / (dx * dx + dy * dy + 1e-9))
                let (x, y) = (place.x - from.x - along * dx, place.y - from.y - along * dy)
                let across = x / radius
                let ribs = 0.13 * Smooth.cos(4 * .pi * across)
                let shade = 1 + 0.35 * side * min(max(across, -1), 1) + ribs
                return Canvas.Stroke(
                    colour: Colour(0.20, 0.45, 0.22) * light * shade,
                    coverage: limit((radius - (x * x + y * y).squareRoot()) * scale + 0.5))
            }
        }
    }
}

/// A point of the unit circle.
private struct Direction {
    var x: Float
    var y: Float

    /// sin(`count`·angle + `phase`), by multiplying complex numbers.
    func wave(_ count: Int, _ phase: Float) -> Float {
        var (real, imaginary) = (Smooth.cos(phase), Smooth.sin(phase))
        for _ in 0..<count { (real, imaginary) = (real * x - imaginary * y, real * y + imaginary * x) }
        return imaginary
    }
}
