import Evaluation
import RenderPipeline
import Testing

/// Attributes are read rightly from true pictures, and only those that are.
@Suite struct AttributeReaderTests {
    private static let reader = AttributeReader(seeds: 5000..<6800, edge: 128)

    @Test(
        "Time of day, terrain, season, the landmark and how many trees there are are read",
        arguments: [SceneAttribute.time, .terrain, .season, .landmark, .trees])
    func attributesAreRead(attribute: SceneAttribute) {
        #expect(Self.reader.attributes.contains(attribute), "\(Self.reader.accuracy)")
    }

    @Test("What is read seldom rightly is left out")
    func poorAttributesAreLeftOut() {
        for attribute in Self.reader.attributes { #expect(Self.reader.accuracy[attribute, default: 0] >= 0.9) }
        for (attribute, accuracy) in Self.reader.accuracy where accuracy < 0.9 {
            #expect(!Self.reader.attributes.contains(attribute))
        }
    }

    @Test(
        "A true picture agrees with its own caption more than with another's hour or number of trees",
        arguments: [(SceneAttribute.time, 28, 2), (.trees, 26, 4)])
    func otherCaptionsDisagree(attribute: SceneAttribute, leastRight: Int, mostMistaken: Int) {
        var right = 0
        var mistaken = 0
        for seed in 0..<UInt64(30) {
            let scene = Scene(seed: seed)
            let picture = Raster(LandscapePainter.picture(of: scene, edge: 256))
            if Self.reader.agreement(of: picture, with: scene)[attribute] == true { right += 1 }
            let value = attribute.value(in: scene)
            let other = (seed + 1...seed + 50).map { Scene(seed: $0) }.first { attribute.value(in: $0) != value }
            if let other, Self.reader.agreement(of: picture, with: other)[attribute] == true { mistaken += 1 }
        }
        #expect(right >= leastRight)
        #expect(mistaken <= mostMistaken)
    }
}
