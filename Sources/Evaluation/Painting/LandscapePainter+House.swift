/// A small house with a red roof.
extension LandscapePainter {
    mutating func paintHouse() {
        let (x, width, light) = (scene.landmarkX, scene.landmarkWidth, palette.light)
        let height = 0.62 * width
        let ground: Float = scene.terrain == .lake ? 0.92 : 0.87
        let wall = Colour(0.95, 0.90, 0.80) * light
        let roof = Colour(0.80, 0.17, 0.12) * light
        func across(_ from: Float, _ to: Float) -> ClosedRange<Float> { x + width * from...x + width * to }
        func up(_ from: Float, _ to: Float) -> ClosedRange<Float> { ground - height * to...ground - height * from }

        canvas.rectangle(across(0.20, 0.32), up(1, 1.62), Colour(0.50, 0.25, 0.20) * light)
        canvas.rectangle(across(-0.5, 0.5), up(0, 1), wall)
        for board in 1..<5 {
            let y = ground - height * Float(board) / 5
            canvas.rectangle(across(-0.5, 0.5), y...y + 0.012 * width, wall * 0.84)
        }
        canvas.polygon(
            [
                (x - 0.62 * width, ground - 0.95 * height), (x, ground - 1.78 * height),
                (x + 0.62 * width, ground - 0.95 * height),
            ], roof)
        for course in 1..<5 {
            let share = Float(course) / 5
            let y = ground - height * (1.78 - 0.83 * share)
            canvas.rectangle(across(-0.62 * share, 0.62 * share), y...y + 0.014 * width, roof * 0.78)
        }
        canvas.rectangle(across(-0.09, 0.09), up(0, 0.62), Colour(0.40, 0.24, 0.14) * light)
        let isLit = scene.time == .night || scene.time == .sunset
        let pane = isLit ? Colour(1, 0.85, 0.40) : Colour(0.45, 0.62, 0.78) * light
        for middle in [Float(-0.31), 0.31] {
            canvas.rectangle(across(middle - 0.10, middle + 0.10), up(0.35, 0.75), Colour(0.35, 0.22, 0.15) * light)
            canvas.rectangle(across(middle - 0.08, middle + 0.08), up(0.39, 0.71), pane)
        }
    }
}
