/// Where things are.
extension Scene {
    static func peaks(_ terrain: Terrain, horizon: Float, _ random: inout SceneRandom) -> [Peak] {
        let count = random.pick([2, 3, 4])
        let tops = terrain == .mountains ? 0.24...0.36 : horizon - 0.24...horizon - 0.14
        return (0..<count).map { index in
            let x = (Float(index) + 0.5 + random.uniform(-0.3...0.3)) / Float(count)
            return Peak(
                x: x, top: random.uniform(tops), left: random.uniform(0.9...1.5), right: random.uniform(0.9...1.5))
        }
    }

    /// In the sky, and clear of the peaks.
    static func disc(
        _ time: TimeOfDay, _ side: Side, _ terrain: Terrain, _ peaks: [Peak], _ random: inout SceneRandom
    ) -> Disc {
        let radius = random.uniform(0.055...0.075)
        let x = side.x(margin: 0.2) + random.uniform(-0.06...0.06)
        var y =
            switch time {
            case .dawn: random.uniform(0.26...0.36)
            case .day: random.uniform(0.13...0.22)
            case .sunset: random.uniform(0.26...0.38)
            case .night: random.uniform(0.13...0.26)
            }
        let highest = random.uniform(0.13...0.20)
        if terrain == .mountains { y = min(y, highest) }
        if terrain.hasPeaks {
            let tops = stride(from: x - radius, through: x + radius, by: radius / 8).map { ridge(peaks, at: $0) }
            y = max(min(y, (tops.min() ?? 1) - 0.8 * radius), 1.25 * radius)
        }
        return Disc(x: x, y: y, radius: radius)
    }

    /// The height of the mountains against the sky.
    static func ridge(_ peaks: [Peak], at x: Float) -> Float {
        peaks.reduce(2) { min($0, $1.outline(at: x)) }
    }

    static func trees(
        _ count: TreeCount, side: Side, awayFrom occupied: Float?, _ random: inout SceneRandom
    ) -> [Tree] {
        switch count {
        case .none: return []
        case .one:
            return [
                Tree(
                    x: side.x(margin: 0.18) + random.uniform(-0.05...0.05), base: random.uniform(0.88...0.95),
                    height: random.uniform(0.34...0.44))
            ]
        case .many:
            let count = random.pick([5, 6, 7, 8])
            return (0..<count).map { index in
                Tree(
                    x: (Float(index) + 0.5 + random.uniform(-0.3...0.3)) / Float(count),
                    base: random.uniform(0.80...0.94), height: random.uniform(0.19...0.30))
            }
            // Those in front are painted over those behind.
            .sorted { $0.base < $1.base }
            .filter { tree in occupied.map { abs(tree.x - $0) > 0.14 } ?? true }
        }
    }
}

extension Scene.Peak {
    /// The height of this mountain's outline.
    func outline(at place: Float) -> Float {
        top + 0.62 * (place < x ? (x - place) * left : (place - x) * right)
    }
}
