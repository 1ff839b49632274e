import Evaluation
import RenderPipeline
import Testing

/// The painter paints the same scene at every size.
@Suite struct PainterTests {
    @Test("A larger picture scaled down is the smaller one, up to its fine detail", arguments: 0..<8 as Range<UInt64>)
    func compositionIsTheSame(seed: UInt64) {
        let scene = Scene(seed: seed)
        let small = Raster(LandscapePainter.picture(of: scene, edge: 128)).resized(width: 32, height: 32)
        let large = Raster(LandscapePainter.picture(of: scene, edge: 512)).resized(width: 32, height: 32)
        let error =
            zip(small.pixels, large.pixels).reduce(0) { sum, pair in
                let difference = pair.0 - pair.1
                return sum + (difference * difference).sum() / 3
            } / Float(small.pixels.count)
        #expect(error.squareRoot() < 0.05)
    }

    @Test("A larger picture has detail that half its pixels cannot show")
    func detailIsReal() {
        let picture = Raster(LandscapePainter.picture(of: Scene(seed: 3), edge: 1024))
        let halved = picture.resized(width: 512, height: 512).resized(width: 1024, height: 1024)
        let detail = zip(picture.luminance, halved.luminance).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        #expect((detail / Float(picture.pixels.count)).squareRoot() > 0.005)
    }

    @Test("The same seed gives the same picture, another another")
    func seedsDecide() {
        let first = LandscapePainter.picture(of: Scene(seed: 1), edge: 64)
        #expect(first == LandscapePainter.picture(of: Scene(seed: 1), edge: 64))
        #expect(first != LandscapePainter.picture(of: Scene(seed: 2), edge: 64))
    }

    @Test("Pictures are the same on every host")
    func picturesAreReproducible() {
        let picture = LandscapePainter.picture(of: Scene(seed: 7), edge: 64)
        let sum = picture.pixels.enumerated().reduce(UInt64(0)) { $0 &* 31 &+ UInt64($1.element) }
        #expect(sum == 10_413_179_416_244_971_663)
    }

    @Test("Captions name what is there, and differ by variant")
    func captionsNameWhatIsThere() {
        for seed in 0..<UInt64(50) {
            let scene = Scene(seed: seed)
            let caption = scene.caption()
            #expect(caption.contains(scene.time == .night ? "moon" : "sun"))
            #expect(caption.contains("red roof") == (scene.landmark == .house))
            #expect(caption.contains("sailboat") == (scene.landmark == .boat))
            if scene.terrain.hasSeasons { #expect(caption.contains(scene.season.rawValue)) }
        }
        #expect(Set((0..<10).map { Scene(seed: 1).caption(variant: $0) }).count > 5)
    }

    @Test("Shares and means come with intervals around them")
    func estimatesHaveIntervals() {
        let share = Estimate(shareOf: Array(repeating: true, count: 10))
        #expect(share.value == 1 && share.high == 1 && share.low > 0.6 && share.low < 0.8)
        let mean = Estimate(meanOf: (0..<100).map { Double($0 % 2) })
        #expect(mean.value == 0.5 && mean.low > 0.38 && mean.low < 0.42 && mean.high > 0.58 && mean.high < 0.62)
        #expect(mean == Estimate(meanOf: (0..<100).map { Double($0 % 2) }))
    }
}
