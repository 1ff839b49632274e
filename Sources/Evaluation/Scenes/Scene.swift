/// One landscape: what is in it and where, and nothing about pixels. Lengths are shares of the picture's edge; y grows
/// downwards. There is exactly one sun, or at night one moon.
public struct Scene: Sendable, Hashable {
    /// The sun or the moon.
    public struct Disc: Sendable, Hashable {
        /// The centre.
        public var x: Float
        /// The centre.
        public var y: Float
        /// From the centre to the rim.
        public var radius: Float

        package init(x: Float, y: Float, radius: Float) {
            self.x = x
            self.y = y
            self.radius = radius
        }
    }

    /// A mountain.
    struct Peak: Sendable, Hashable {
        var x: Float
        var top: Float
        /// How far it falls to the left for each unit of the way.
        var left: Float
        /// How far it falls to the right for each unit of the way.
        var right: Float
    }

    /// A tree or a cactus.
    struct Tree: Sendable, Hashable {
        var x: Float
        var base: Float
        var height: Float
    }

    /// What all of it was drawn from.
    public let seed: UInt64
    /// The hour.
    public let time: TimeOfDay
    /// The land.
    public let terrain: Terrain
    /// The season of what grows; without meaning in the desert and at sea.
    public let season: Season
    /// The third of the sky that the sun or the moon is in.
    public let discSide: Side
    /// How much of the sky is covered.
    public let clouds: Clouds
    /// How many trees stand in the foreground.
    public let treeCount: TreeCount
    /// What kind of tree.
    public let treeKind: TreeKind
    /// A house, a boat or neither.
    public let landmark: Landmark
    /// The third of the picture that the landmark is in.
    public let landmarkSide: Side
    /// The third of the picture that a single tree is in.
    public let treeSide: Side
    /// The sun or the moon.
    public let disc: Disc

    let horizon: Float
    let peaks: [Peak]
    let landmarkX: Float
    let landmarkWidth: Float
    let trees: [Tree]

    /// The landscape of a seed.
    public init(seed: UInt64) {
        self.seed = seed
        var random = SceneRandom(seed: seed, key: 1)
        time = random.pick(TimeOfDay.allCases)
        terrain = random.pick([
            (.mountains, weight: 0.24), (.hills, 0.21), (.desert, 0.17), (.lake, 0.20), (.sea, 0.18),
        ])
        season = random.pick(Season.allCases)
        discSide = random.pick(Side.allCases)
        clouds = random.pick([(.clear, weight: 0.4), (.few, 0.35), (.many, 0.25)])
        treeCount = random.pick(Self.treeCounts(terrain))
        treeKind = terrain == .desert ? .cactus : random.pick([(.pine, weight: 0.6), (.leafy, 0.4)])
        landmark = random.pick(Self.landmarks(terrain))
        horizon = random.uniform(terrain.isWater ? 0.57...0.63 : 0.54...0.60)
        peaks = Self.peaks(terrain, horizon: horizon, &random)
        disc = Self.disc(time, discSide, terrain, peaks, &random)
        landmarkSide = random.pick(Side.allCases)
        landmarkX = landmarkSide.x(margin: 0.25) + random.uniform(-0.06...0.06)
        landmarkWidth = random.uniform(landmark == .house ? 0.15...0.20 : 0.17...0.24)
        // A single tree never stands before the house.
        let besideHouse = [landmark == .house ? landmarkSide : nil]
        treeSide = random.pick(Side.allCases.filter { !besideHouse.contains($0) })
        let free = landmark == .house ? landmarkX : nil
        trees = Self.trees(treeCount, side: treeSide, awayFrom: free, &random)
    }

    private static func treeCounts(_ terrain: Terrain) -> [(TreeCount, weight: Float)] {
        switch terrain {
        case .sea: [(.none, weight: 1)]
        case .desert: [(.none, weight: 0.5), (.one, 0.25), (.many, 0.25)]
        case .lake: [(.none, weight: 0.3), (.one, 0.3), (.many, 0.4)]
        case .mountains, .hills: [(.none, weight: 0.25), (.one, 0.35), (.many, 0.4)]
        }
    }

    private static func landmarks(_ terrain: Terrain) -> [(Landmark, weight: Float)] {
        switch terrain {
        case .sea: [(.none, weight: 0.35), (.boat, 0.65)]
        case .lake: [(.none, weight: 0.4), (.house, 0.15), (.boat, 0.45)]
        case .desert: [(.none, weight: 1)]
        case .mountains, .hills: [(.none, weight: 0.55), (.house, 0.45)]
        }
    }
}

extension Side {
    /// The middle of the third, the outer ones so far from the picture's border.
    func x(margin: Float) -> Float {
        switch self {
        case .left: margin
        case .center: 0.5
        case .right: 1 - margin
        }
    }

    /// The third that a place is in.
    init(x: Float) { self = x < 0.37 ? .left : x > 0.63 ? .right : .center }
}
