import RenderPipeline

/// What was measured of one method's pictures.
public struct MethodReport: Sendable, Codable {
    /// Multiplications and additions of one picture.
    public struct Cost: Sendable, Codable {
        /// All passes of the UNet.
        public var unetOperations = 0.0
        /// All encodes and decodes.
        public var autoencoderOperations = 0.0
        /// The mean over pictures.
        public var seconds = 0.0
        /// Of all threads, the mean over pictures.
        public var processorSeconds = 0.0
        /// The most that tensors took beside the weights.
        public var peakTensorBytes = 0
    }

    /// The method's name; `true` for the painted pictures of the same captions.
    public var name: String
    /// What a picture takes; nil for painted ones.
    public var cost: Cost?
    /// How many suns or moons were found in each picture, in the order of the seeds.
    public var discCounts: [Int]
    /// The share of pictures with exactly one.
    package var exactlyOne: Estimate
    /// The share with more than one.
    package var duplicated: Estimate
    /// The share in whose disc is in the third of the picture that the caption names; pictures without one count as wrong.
    package var sideRight: Estimate
    /// The share of pictures that agree with their captions, by attribute.
    package var agreement: [String: Estimate]
    /// Over whole pictures.
    package var frechet: Estimate
    /// Over crops of the native size.
    package var cropFrechet: Estimate
    /// Decibels of each band of the spectrum, from coarse to fine.
    public var spectrum: [Double]
    /// The distance of the spectrum from that of the true pictures of the same captions, in decibels.
    public var spectrumDistance: Double
    /// How much larger the share with exactly one disc is than that of direct sampling, scene by scene; nil without it.
    package var exactlyOneGain: Estimate?

    /// What it is made of.
    struct Source {
        var method: EvaluatedMethod
        var plan: RenderPlan?
        var pictures: [MeasuredPicture]
    }

    init(_ name: String, _ pictures: [MeasuredPicture], cost: Cost?, truths: TruePictures, direct: [MeasuredPicture]?) {
        self.name = name
        self.cost = cost
        discCounts = pictures.map(\.discs.count)
        exactlyOne = Estimate(shareOf: pictures.map { $0.discs.count == 1 })
        duplicated = Estimate(shareOf: pictures.map { $0.discs.count > 1 })
        sideRight = Estimate(shareOf: pictures.map { $0.isSideRight == true })
        agreement = Dictionary(
            uniqueKeysWithValues: truths.reader.attributes.map { attribute in
                (attribute.rawValue, Estimate(shareOf: pictures.compactMap { $0.agreement[attribute] }))
            })
        frechet = truths.scale.estimate(of: pictures.map(\.features))
        cropFrechet = truths.cropScale.estimate(groups: pictures.map(\.cropFeatures))
        spectrum = RadialSpectrum.mean(pictures.map(\.spectrum))
        spectrumDistance = RadialSpectrum.distance(spectrum, truths.spectrum)
        exactlyOneGain = direct.map { direct in
            Estimate(
                meanOf: zip(pictures, direct).map { ($0.discs.count == 1 ? 1 : 0) - ($1.discs.count == 1 ? 1 : 0) })
        }
    }
}

extension MethodReport.Cost {
    init(_ stages: [StageCost], _ efforts: [PictureFile.Effort]) {
        unetOperations = stages.reduce(0) { $0 + $1.operations.denoise }
        autoencoderOperations = stages.reduce(0) { $0 + $1.operations.encode + $1.operations.decode }
        let count = Double(max(efforts.count, 1))
        seconds = efforts.reduce(0) { $0 + $1.seconds } / count
        processorSeconds = efforts.reduce(0) { $0 + $1.processorSeconds } / count
        peakTensorBytes = efforts.map(\.peakTensorBytes).max() ?? 0
    }

    var operations: Double { unetOperations + autoencoderOperations }
}
