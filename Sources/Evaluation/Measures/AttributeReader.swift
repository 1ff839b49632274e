/// Reads attributes from pictures, having learned them from true ones; each comes with how often it is right on other true
/// ones. An attribute that is not right often enough is not read at all.
package struct AttributeReader: Sendable {
    /// How often each attribute is read rightly from true pictures that nothing was learned from.
    package let accuracy: [SceneAttribute: Double]
    private let classifiers: [SceneAttribute: LinearClassifier]

    /// The least share of true pictures that an attribute has to be read rightly from.
    package static let requiredAccuracy = 0.9

    /// Learns from painted scenes.
    ///
    /// - Parameters:
    ///   - seeds: of the scenes; every third one is kept for the accuracy.
    ///   - edge: pixels an edge at which they are painted.
    package init(seeds: Range<UInt64>, edge: Int = 256) {
        let examples = seeds.map { seed in
            let scene = Scene(seed: seed)
            return (scene, AttributeFeatures.vector(of: Raster(LandscapePainter.picture(of: scene, edge: edge))))
        }
        var classifiers: [SceneAttribute: LinearClassifier] = [:]
        var accuracy: [SceneAttribute: Double] = [:]
        for attribute in SceneAttribute.allCases {
            let known = examples.compactMap { scene, features in
                attribute.value(in: scene).map { (seed: scene.seed, features: features, value: $0) }
            }
            let learned = known.filter { $0.seed % 3 != 0 }
            let kept = known.filter { $0.seed % 3 == 0 }
            let classifier = LinearClassifier(learned.map(\.features), classes: learned.map(\.value))
            classifiers[attribute] = classifier
            let right = kept.count { classifier($0.features) == $0.value }
            accuracy[attribute] = kept.isEmpty ? 0 : Double(right) / Double(kept.count)
        }
        self.accuracy = accuracy
        self.classifiers = classifiers
    }

    /// The attributes that are read.
    package var attributes: [SceneAttribute] {
        SceneAttribute.allCases.filter { accuracy[$0, default: 0] >= Self.requiredAccuracy }
    }

    /// Which attributes of a scene a picture has; those that the scene's caption does not say are left out.
    package func agreement(of picture: Raster, with scene: Scene) -> [SceneAttribute: Bool] {
        let features = AttributeFeatures.vector(of: picture)
        var agreement: [SceneAttribute: Bool] = [:]
        for attribute in attributes {
            guard let value = attribute.value(in: scene), let classifier = classifiers[attribute] else { continue }
            agreement[attribute] = classifier(features) == value
        }
        return agreement
    }
}
