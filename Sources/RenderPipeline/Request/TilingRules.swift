public import DiffusionModels

/// When stage two decodes in the paper's tiles instead of whole pictures.
public struct DecodeTilingRule: Sendable, Hashable {
    /// The tiles; nil means the official ones for the model.
    public var geometry: DecodeTiling?
    /// Pictures of more pixels than this are tiled.
    public var largestWholeArea: Int

    /// The official code's limit in pixels for both directions.
    public static let officialLimit = 2048 * 2048

    /// - Parameters:
    ///   - geometry: the tiles; nil means the official ones for the model.
    ///   - largestWholeArea: pictures of more pixels than this are tiled; −1 tiles all.
    public init(geometry: DecodeTiling? = nil, largestWholeArea: Int = -1) {
        self.geometry = geometry
        self.largestWholeArea = largestWholeArea
    }

    func tiling(for size: Extent, model: ModelProperties) -> DecodeTiling? {
        size.area > largestWholeArea ? geometry ?? DecodeTiling(sampleSize: model.sampleSize) : nil
    }
}

/// When stage two encodes in diffusers' tiles instead of whole pictures.
public struct EncodeTilingRule: Sendable, Hashable {
    /// The tiles; nil means diffusers' own for the model.
    public var geometry: EncodeTiling?
    /// Pictures of at least so many pixels are tiled.
    public var smallestTiledArea: Int

    /// - Parameters:
    ///   - geometry: the tiles; nil means diffusers' own for the model.
    ///   - smallestTiledArea: pictures of at least so many pixels are tiled.
    public init(geometry: EncodeTiling? = nil, smallestTiledArea: Int = 0) {
        self.geometry = geometry
        self.smallestTiledArea = smallestTiledArea
    }

    func tiling(for size: Extent, model: ModelProperties) -> EncodeTiling? {
        size.area >= smallestTiledArea ? geometry ?? EncodeTiling(tile: model.autoencoderSampleSize) : nil
    }
}
