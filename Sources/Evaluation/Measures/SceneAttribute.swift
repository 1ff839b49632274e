/// What a caption says that can be looked for in a picture.
package enum SceneAttribute: String, Sendable, Hashable, Codable, CaseIterable {
    case time, terrain, season, clouds, landmark, trees

    /// What the scene has, as a number of the attribute's values; nil where its caption says nothing of it.
    package func value(in scene: Scene) -> Int? {
        switch self {
        case .time: TimeOfDay.allCases.firstIndex(of: scene.time)
        case .terrain: Terrain.allCases.firstIndex(of: scene.terrain)
        case .season: scene.terrain.hasSeasons ? Season.allCases.firstIndex(of: scene.season) : nil
        case .clouds: scene.clouds == .clear ? 0 : 1
        case .landmark: Landmark.allCases.firstIndex(of: scene.landmark)
        case .trees: TreeCount.allCases.firstIndex(of: scene.treeCount)
        }
    }
}
