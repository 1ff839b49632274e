import RenderPipeline

/// What is measured of one picture.
struct MeasuredPicture {
    var effort: PictureFile.Effort?
    var discs: [DiscCounter.Disc]
    var agreement: [SceneAttribute: Bool]
    /// Whether the largest disc is in the third of the picture that the caption names; nil where there is none.
    var isSideRight: Bool?
    var features: [Double]
    var cropFeatures: [[Double]]
    var spectrum: RadialSpectrum
    /// Scaled down, for a sheet.
    var thumbnail: Raster
}

/// True pictures and what has been learned from them.
struct TruePictures {
    /// Of the evaluated scenes themselves.
    private(set) var same: [MeasuredPicture] = []
    let reader: AttributeReader
    /// Of other scenes: distances are measured to them.
    let scale: FrechetScale
    let cropScale: FrechetScale
    /// The mean spectrum of the evaluated scenes' true pictures.
    var spectrum: [Double] { RadialSpectrum.mean(same.map(\.spectrum)) }

    private let edge: Int
    private let crop: Int
    static let thumbnailEdge = 96

    /// - Parameters:
    ///   - settings: what is evaluated.
    ///   - native: pixels an edge of the crops.
    init(_ settings: EvaluationSettings, native: Int) {
        edge = settings.edge
        let crop = min(native, settings.edge)
        self.crop = crop
        reader = AttributeReader(seeds: settings.lessonSeeds)
        let others = settings.referenceSeeds.map { seed in
            let picture = Raster(LandscapePainter.picture(of: Scene(seed: seed), edge: settings.edge))
            return (PictureFeatures.vector(of: picture), Self.cropFeatures(picture, crop, seed: seed))
        }
        scale = FrechetScale(reference: others.map(\.0))
        cropScale = FrechetScale(reference: others.flatMap(\.1))
        for seed in settings.seeds {
            let scene = Scene(seed: seed)
            same.append(measure(LandscapePainter.picture(of: scene, edge: edge), scene: scene, effort: nil))
        }
    }

    func measure(_ image: PixelImage, scene: Scene, effort: PictureFile.Effort?) -> MeasuredPicture {
        let picture = Raster(image)
        let discs = DiscCounter.discs(in: picture)
        return MeasuredPicture(
            effort: effort, discs: discs, agreement: reader.agreement(of: picture, with: scene),
            isSideRight: discs.first.map { Side(x: Float($0.x)) == scene.discSide },
            features: PictureFeatures.vector(of: picture),
            cropFeatures: Self.cropFeatures(picture, crop, seed: scene.seed), spectrum: RadialSpectrum(picture),
            thumbnail: picture.resized(width: Self.thumbnailEdge, height: Self.thumbnailEdge))
    }

    /// Of four squares of the native size at places that the scene's seed draws: the same ones for every method.
    private static func cropFeatures(_ picture: Raster, _ edge: Int, seed: UInt64) -> [[Double]] {
        var random = SceneRandom(seed: seed, key: 99)
        return (0..<4).map { _ in
            let top = Int(random.uniform() * Float(picture.height - edge))
            let left = Int(random.uniform() * Float(picture.width - edge))
            return PictureFeatures.vector(of: picture.cropped(top: top, left: left, height: edge, width: edge))
        }
    }
}
