/// The hour that a scene shows.
public enum TimeOfDay: String, Sendable, Hashable, Codable, CaseIterable {
    case dawn, day, sunset, night
}

/// What the land is.
public enum Terrain: String, Sendable, Hashable, Codable, CaseIterable {
    case mountains, hills, desert, lake, sea

    /// Whether there is water up to the horizon.
    var isWater: Bool { self == .lake || self == .sea }
    /// Whether peaks stand behind it.
    var hasPeaks: Bool { self == .mountains || self == .lake }
    /// Whether plants grow that know seasons.
    package var hasSeasons: Bool { self != .desert && self != .sea }
}

/// The season of what grows.
public enum Season: String, Sendable, Hashable, Codable, CaseIterable {
    case spring, summer, autumn, winter
}

/// A third of the picture's width.
public enum Side: String, Sendable, Hashable, Codable, CaseIterable {
    case left, center, right
}

/// How much of the sky is covered.
public enum Clouds: String, Sendable, Hashable, Codable, CaseIterable {
    case clear, few, many
}

/// How many trees stand in the foreground.
public enum TreeCount: String, Sendable, Hashable, Codable, CaseIterable {
    case none, one, many
}

/// What kind of tree.
public enum TreeKind: String, Sendable, Hashable, Codable, CaseIterable {
    case pine, leafy, cactus
}

/// The one thing made by people.
public enum Landmark: String, Sendable, Hashable, Codable, CaseIterable {
    case none, house, boat
}
