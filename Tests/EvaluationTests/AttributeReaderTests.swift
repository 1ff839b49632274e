import Evaluation
import RenderPipeline
import Testing

/// Attributes are read rightly from true pictures, and only those that are.
@Suite struct AttributeReaderTests {
    private static let reader = AttributeReader(seeds: 5000..<5600, edge: 128)

    @Test("Time of day, terrain and season are read", arguments: [SceneAttribute.time, .terrain, .season])
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

    @Test("A true picture agrees with its own caption more than with another's hour")
    func otherHoursDisagree() {
        var right = 0
        var mistaken = 0
        for seed in 0..<UInt64(30) {
            let scene = Scene(seed: seed)
            let picture = Raster(LandscapePainter.picture(of: scene, edge: 256))
            if Self.reader.agreement(of: picture, with: scene)[.time] == true { right += 1 }
            let other = (seed + 1...seed + 50).map { Scene(seed: $0) }.first { $0.time != scene.time }
            if let other, Self.reader.agreement(of: picture, with: other)[.time] == true { mistaken += 1 }
        }
        #expect(right >= 28)
        #expect(mistaken <= 2)
    }
}
