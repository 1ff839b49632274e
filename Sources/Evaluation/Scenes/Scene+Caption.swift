/// Captions, in the words that the embedded model was trained on.
extension Scene {
    /// What the picture shows, in words. Everything that a caption says is so; not everything that is so is said.
    ///
    /// - Parameter variant: one of many wordings.
    /// - Returns: a prompt.
    public func caption(variant: Int = 0) -> String {
        var random = SceneRandom(seed: seed, key: 2, index: variant)
        let subject = random.pick(subjects)
        let hour = random.pick(hours)
        let season = terrain.hasSeasons ? season.rawValue : nil
        let inSeason = season.map { " in \($0)" } ?? ""
        let details = details(&random)
        let with = details.isEmpty ? "" : " with \(Self.list(details))"
        let prefix = random.pick([
            "", "", "a painting of ", "a picture of ", "a landscape with ", "an illustration of ",
        ])
        return switch random.pick([0, 1, 2, 3, 4]) {
        case 0: ([subject, season.map { "in \($0)" }, hour].compactMap(\.self) + details).joined(separator: ", ")
        case 1: "\(prefix)\(subject) \(hour)\(inSeason)\(with)"
        case 2: (["\(prefix)\(subject)\(inSeason) \(hour)"] + details).joined(separator: ", ")
        case 3: (details.isEmpty ? "" : "\(Self.list(details)) and ") + "\(subject) \(hour)\(inSeason)"
        default:
            (season.map { "\($0) landscape, " } ?? "") + "\(subject) \(hour)"
                + (details.isEmpty ? "" : ", \(Self.list(details))")
        }
    }

    private var subjects: [String] {
        switch terrain {
        case .mountains: ["snowy mountains", "mountains", "high mountain peaks", "a mountain landscape"]
        case .hills: ["rolling hills", "hills", "a hilly landscape", "a valley of hills"]
        case .desert: ["desert dunes", "a desert", "sand dunes", "a sandy desert"]
        case .lake: ["a lake", "a calm lake with mountains", "a mountain lake", "a lake with reflections"]
        case .sea: ["the sea", "the ocean", "a sea with waves", "a beach and the sea"]
        }
    }

    private var hours: [String] {
        switch time {
        case .dawn: ["at dawn", "at sunrise", "in the early morning", "at daybreak"]
        case .day: ["at noon", "in daylight", "on a bright day", "under a blue sky"]
        case .sunset: ["at sunset", "at dusk", "in the evening", "under a red evening sky"]
        case .night: ["at night", "on a starry night", "under the stars", "at midnight"]
        }
    }

    /// The disc is always named, as its number and place are measured; so are clouds and the landmark.
    private func details(_ random: inout SceneRandom) -> [String] {
        var details: [String] = []
        let name = time == .night ? "moon" : "sun"
        let bright = time == .night ? "a full" : "a bright"
        let place = discSide.words
        details.append(
            random.pick(["the \(name) \(place)", "\(bright) \(name) \(place)", "\(name) \(place) of the sky"]))
        let (tree, trees) = treeKind.words
        switch treeCount {
        case .none: break
        case .one: details.append(random.pick(["a \(tree)", "one \(tree)", "a single \(tree) \(treeSide.words)"]))
        case .many: details.append(random.pick(["several \(trees)", trees, "many \(trees)", "a row of \(trees)"]))
        }
        switch landmark {
        case .none: break
        case .house: details.append(random.pick(["a house with a red roof", "a cottage with a red roof"]))
        case .boat: details.append(random.pick(["a sailboat", "a white sailboat", "a sailboat \(landmarkSide.words)"]))
        }
        switch clouds {
        case .clear: details.append(random.pick(["a clear sky", "no clouds", "a cloudless sky"]))
        case .few: details.append(random.pick(["a few clouds", "some clouds", "scattered clouds"]))
        case .many: details.append(random.pick(["a cloudy sky", "many clouds", "big clouds"]))
        }
        return details.shuffled(using: &random)
    }

    /// "a, b and c".
    private static func list(_ parts: [String]) -> String {
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        return parts.dropLast().joined(separator: ", ") + " and " + last
    }
}

extension Side {
    fileprivate var words: String {
        switch self {
        case .left: "on the left"
        case .center: "in the middle"
        case .right: "on the right"
        }
    }
}

extension TreeKind {
    /// One and several.
    fileprivate var words: (String, String) {
        switch self {
        case .pine: ("pine tree", "pine trees")
        case .leafy: ("leafy tree", "leafy trees")
        case .cactus: ("cactus", "cactuses")
        }
    }
}
