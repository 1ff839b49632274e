/// Reads attributes from pictures, having learned them from true ones and from ones a little worse; each comes with how
/// often it is right on others of both. An attribute that is not right often enough is not read at all.
package struct AttributeReader: Sendable {
    /// How often each attribute is read rightly from pictures that nothing was learned from.
    package let accuracy: [SceneAttribute: Double]
    private let reading: Reading

    /// The least share of pictures that an attribute has to be read rightly from.
    package static let requiredAccuracy = 0.9

    /// Learns from painted scenes.
    ///
    /// - Parameters:
    ///   - seeds: of the scenes; every third one is kept for the accuracy.
    ///   - edge: pixels an edge at which they are painted.
    package init(seeds: Range<UInt64>, edge: Int = 256) {
        let versions = PictureVersion.allCases
        var lessons: [(scene: Scene, features: [Double])] = []
        var kept: [(scene: Scene, features: [[Double]])] = []
        for seed in seeds {
            let scene = Scene(seed: seed)
            let picture = Self.small(Raster(LandscapePainter.picture(of: scene, edge: edge)))
            if seed % 3 == 0 {
                kept.append((scene, versions.map { AttributeFeatures.vector(of: $0.applied(to: picture, seed: seed)) }))
            } else {
                let version = versions[lessons.count % versions.count]
                lessons.append((scene, AttributeFeatures.vector(of: version.applied(to: picture, seed: seed))))
            }
        }
        let reading = Reading(lessons)
        let tests = kept.flatMap { scene, versions in versions.map { (scene, reading.values($0)) } }
        accuracy = Dictionary(
            uniqueKeysWithValues: SceneAttribute.allCases.map { attribute in
                let known = tests.filter { scene, _ in attribute.value(in: scene) != nil }
                let right = known.count { scene, values in values[attribute] == attribute.value(in: scene) }
                return (attribute, known.isEmpty ? 0 : Double(right) / Double(known.count))
            })
        self.reading = reading
    }

    /// The attributes that are read.
    package var attributes: [SceneAttribute] {
        SceneAttribute.allCases.filter { accuracy[$0, default: 0] >= Self.requiredAccuracy }
    }

    /// Which attributes of a scene a picture has; those that the scene's caption does not say are left out.
    package func agreement(of picture: Raster, with scene: Scene) -> [SceneAttribute: Bool] {
        let values = reading.values(AttributeFeatures.vector(of: Self.small(picture)))
        var agreement: [SceneAttribute: Bool] = [:]
        for attribute in attributes {
            if let value = attribute.value(in: scene) { agreement[attribute] = values[attribute] == value }
        }
        return agreement
    }

    private static func small(_ picture: Raster) -> Raster {
        picture.resized(width: AttributeFeatures.edge, height: AttributeFeatures.edge)
    }
}

/// All attributes by one regression: a number for every value of each, about how often it occurs.
private struct Reading {
    private let regression: KernelRegression
    /// How often every value of every attribute occurs in the lessons.
    private let shares: [SceneAttribute: [Double]]

    init(_ lessons: [(scene: Scene, features: [Double])]) {
        let shares = Dictionary(
            uniqueKeysWithValues: SceneAttribute.allCases.map { attribute in
                let values = lessons.compactMap { attribute.value(in: $0.scene) }
                let kinds = 0..<(values.max() ?? 0) + 1
                return (attribute, kinds.map { kind in Double(values.count { $0 == kind }) / Double(values.count) })
            })
        // A scene whose caption does not say an attribute is no example of any value of it.
        let numbers = lessons.map { lesson in
            SceneAttribute.allCases.flatMap { attribute in
                let value = attribute.value(in: lesson.scene)
                return shares[attribute, default: []].enumerated().map { kind, share in
                    value.map { ($0 == kind ? 1 : 0) - share } ?? 0
                }
            }
        }
        regression = KernelRegression(lessons.map(\.features), values: numbers)
        self.shares = shares
    }

    /// The most probable value of each attribute.
    func values(_ features: [Double]) -> [SceneAttribute: Int] {
        var numbers = regression(features)[...]
        var values: [SceneAttribute: Int] = [:]
        for attribute in SceneAttribute.allCases {
            let shares = shares[attribute, default: []]
            let scores = zip(shares, numbers).map { $0 + $1 }
            values[attribute] = scores.indices.max { scores[$0] < scores[$1] }
            numbers = numbers.dropFirst(shares.count)
        }
        return values
    }
}
