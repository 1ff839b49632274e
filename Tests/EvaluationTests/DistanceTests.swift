import Evaluation
import RenderPipeline
import Testing

/// Distances tell true pictures from worse ones.
@Suite struct DistanceTests {
    private static func pictures(_ seeds: Range<UInt64>) -> [Raster] {
        seeds.map { Raster(LandscapePainter.picture(of: Scene(seed: $0), edge: 256)) }
    }

    private static let truths = pictures(0..<24)
    private static let scale = FrechetScale(reference: pictures(1000..<1080).map(PictureFeatures.vector))

    @Test("The Fréchet distance of true pictures is less than that of worse ones", arguments: Degradation.allCases)
    func frechetDistanceGrows(degradation: Degradation) {
        let good = Self.scale.distance(of: Self.truths.map(PictureFeatures.vector))
        let bad = Self.scale.distance(
            of: Self.truths.map { PictureFeatures.vector(of: degradation.applied(to: $0)) })
        #expect(bad > 1.5 * good, "\(bad) and \(good)")
    }

    @Test(
        "The spectrum of true pictures is nearer to that of others than that of worse ones",
        arguments: [Degradation.blurred, .duplicated, .noisy])
    func spectrumMovesAway(degradation: Degradation) {
        let reference = RadialSpectrum.mean(Self.pictures(1000..<1024).map(RadialSpectrum.init))
        let good = RadialSpectrum.mean(Self.truths.map(RadialSpectrum.init))
        let bad = RadialSpectrum.mean(Self.truths.map { RadialSpectrum(degradation.applied(to: $0)) })
        #expect(
            RadialSpectrum.distance(bad, reference) > 1.5 * RadialSpectrum.distance(good, reference))
    }

    @Test("Duplicates are counted where the whole scene is repeated")
    func duplicatesAreCounted() {
        let repeated = Self.truths.count {
            DiscCounter.discs(in: Degradation.duplicated.applied(to: $0)).count > 1
        }
        #expect(repeated >= 22, "\(repeated) of \(Self.truths.count)")
    }

    @Test("Fréchet's distance of two known normal distributions is the formula's")
    func frechetDistanceIsExact() {
        // Points on a line, so that mean and variance are known: 1 apart, deviations 1 and 2.
        let first = GaussianFit([[-1], [1]])
        let second = GaussianFit([[-1], [3]])
        #expect(abs(first.frechetDistance(to: second) - (1 + (2 - 1) * (2 - 1))) < 1e-12)
        #expect(first.frechetDistance(to: first) < 1e-12)
    }

    @Test("Jacobi's rotations give back the matrix")
    func eigenvectorsGiveBackTheMatrix() {
        var matrix = SymmetricMatrix(size: 5)
        for row in 0..<5 { for column in 0..<5 { matrix[row, column] = 1 / Double(row + column + 1) } }
        let root = matrix.squareRoot()
        var identity = SymmetricMatrix(size: 5)
        for index in 0..<5 { identity[index, index] = 1 }
        let square = identity.sandwiched(by: root)
        for (found, wanted) in zip(square.elements, matrix.elements) { #expect(abs(found - wanted) < 1e-12) }
    }

    @Test("A wave's energy is in the band of its frequency")
    func spectrumFindsAWave() throws {
        var picture = Raster(width: 64, height: 64, pixels: Array(repeating: .zero, count: 64 * 64))
        for index in picture.pixels.indices where index % 64 % 8 < 4 { picture.pixels[index] = .one }
        let spectrum = RadialSpectrum(picture).decibels
        let strongest = try #require(spectrum.indices.max { spectrum[$0] < spectrum[$1] })
        // Eight cycles a picture; bands begin at 1.95 and grow by a third of an octave.
        #expect(strongest == 6)
    }
}
