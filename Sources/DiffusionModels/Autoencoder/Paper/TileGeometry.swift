/// The tile geometry of the AP-LDM paper's code for decoding: windows of latents with their surroundings, decoded
/// one by one. Not equal to decoding the whole (each window is normalised by itself and sees zeros beyond the
/// border); here for comparison with that code.
public struct DecodeTiling: Sendable, Hashable {
    /// The edge of the part of a window that is kept, in latent cells.
    public var core: Int
    /// The surroundings on each side, in latent cells.
    public var context: Int
    /// Cells from one window's start to the next's, 1 through ``core``; overlapping parts are averaged.
    public var stride: Int

    /// - Parameters:
    ///   - core: the edge of the kept part, in latent cells.
    ///   - context: the surroundings on each side, in latent cells.
    ///   - stride: cells from one window's start to the next's, 1 through `core`; `core` when nil.
    public init(core: Int, context: Int, stride: Int? = nil) {
        self.core = core
        self.context = context
        self.stride = stride ?? core
    }

    /// The official geometry for a UNet trained on `sampleSize` latent cells.
    public init(sampleSize: Int) { self.init(core: max(1, sampleSize / 4), context: sampleSize / 8 * 3) }

    /// Where windows begin along an edge of `count` cells; the last is moved back inside.
    func starts(_ count: Int) -> [Int] {
        if count <= core { return [0] }
        let steps = Int(Double(count - core) / Double(stride) - 1e-6) + 2
        return (0..<steps).map { min($0 * stride, count - core) }
    }
}

/// The tile geometry of diffusers for encoding (`AutoencoderKL.tiled_encode`): overlapping tiles blended linearly.
public struct EncodeTiling: Sendable, Hashable {
    /// The edge of a tile in pixels.
    public var tile: Int
    /// The share of a tile that overlaps the next, 0..<1.
    public var overlap: Double

    /// - Parameters:
    ///   - tile: the edge of a tile in pixels.
    ///   - overlap: the share of a tile that overlaps the next, 0..<1.
    public init(tile: Int, overlap: Double = 0.25) {
        self.tile = tile
        self.overlap = overlap
    }
}
