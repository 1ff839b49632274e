import Evaluation
import RenderPipeline
import Testing

/// Suns and moons are counted rightly where their number is known.
@Suite struct DiscCounterTests {
    /// The scene's own disc, one as large far from it, and a small one far from both, as direct sampling repeats them.
    static func discs(_ scene: Scene, count: Int) -> [Scene.Disc] {
        var discs = [scene.disc]
        for (share, y) in [(Float(1), min(0.18, scene.disc.y)), (0.25, 0.07)] {
            let places: [Float] = [0.1, 0.3, 0.5, 0.7, 0.9]
            let free = places.max { first, second in
                distance(first, discs) < distance(second, discs)
            }
            discs.append(Scene.Disc(x: free ?? 0.5, y: y, radius: share * scene.disc.radius))
        }
        return Array(discs.prefix(count))
    }

    private static func distance(_ x: Float, _ discs: [Scene.Disc]) -> Float {
        discs.map { abs($0.x - x) }.min() ?? 1
    }

    @Test("At least 98 of 100 true pictures are counted rightly, of whatever size", arguments: [256, 384, 512])
    func countsAreRight(edge: Int) {
        let scenes = edge == 256 ? 100 : 25
        var right = 0
        for seed in 0..<UInt64(scenes) {
            let scene = Scene(seed: seed)
            for count in 0...3 {
                let picture = LandscapePainter.picture(of: scene, edge: edge, discs: Self.discs(scene, count: count))
                if DiscCounter.discs(in: Raster(picture)).count == count { right += 1 }
            }
        }
        #expect(Double(right) >= 0.98 * Double(4 * scenes), "\(right) of \(4 * scenes)")
    }

    @Test("The disc is found where it was painted")
    func placesAreRight() throws {
        for seed in 200..<UInt64(220) {
            let scene = Scene(seed: seed)
            let found = try #require(
                DiscCounter.discs(in: Raster(LandscapePainter.picture(of: scene, edge: 256))).first, "scene \(seed)")
            #expect(abs(found.x - Double(scene.disc.x)) < 0.02, "scene \(seed)")
            #expect(abs(found.y - Double(scene.disc.y)) < 0.03, "scene \(seed)")
            #expect(abs(found.radius / Double(scene.disc.radius) - 1) < 0.35, "scene \(seed)")
        }
    }

    @Test("A picture in one colour has none", arguments: [SIMD3<Float>(0, 0, 0), SIMD3(1, 1, 1), SIMD3(1, 0.95, 0.7)])
    func plainPicturesHaveNone(colour: SIMD3<Float>) {
        let picture = Raster(width: 64, height: 64, pixels: Array(repeating: colour, count: 64 * 64))
        #expect(DiscCounter.discs(in: picture).isEmpty)
    }
}
