/// The picture sizes of one render: the model's native area first, then `n` sub-stages up to the request.
///
/// Every stage has about the aspect ratio of the request; the areas of the sub-stages grow in equal steps
/// (AP-LDM, section 3.3).
public struct SizeSchedule: Sendable, Hashable {
    /// How sizes are rounded.
    public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
        /// As the official code, in float32: conditioned on sizes that are no multiples of the VAE factor, and a
        /// last stage that misses the request by one multiple for about two sizes in a hundred.
        case official
        /// The official rule in double precision; conditioned on the real size, and the last stage is the request.
        case fixed
        /// As the paper: rounded up, here on to a multiple of the VAE factor; the last stage is the request.
        case paper
    }

    /// The size in pixels on which the model is conditioned in stage one (`time_ids`).
    public let conditioning: Extent
    /// The size of the stage-one latents in cells.
    public let latents: Extent
    /// The sizes of the sub-stages in pixels.
    public let substages: [Extent]
    /// The areas in square pixels from which the sizes of the sub-stages were rounded.
    public let substageAreas: [Double]
    /// Whether stage one already is the request, so that no sub-stage is to run.
    public let skipsSubstages: Bool

    /// The longest edge of a request in pixels.
    public static let longestEdge = 65_536
    /// The largest number of sub-stages.
    public static let mostSubstages = 64

    /// - Parameters:
    ///   - target: the requested size in pixels, multiples of `vaeFactor`.
    ///   - count: how many sub-stages follow stage one, up to ``mostSubstages``.
    ///   - nativeEdge: the edge in pixels of the square pictures that the model was trained on.
    ///   - mode: how sizes are rounded.
    ///   - vaeFactor: pixels a latent cell, a power of two.
    /// - Throws: ``RequestError`` when a number is out of range or a stage would have no pixel.
    public init(
        target: Extent, substages count: Int, nativeEdge: Int, mode: Mode, vaeFactor: Int
    ) throws(RequestError) {
        try Self.check(target, count, nativeEdge, vaeFactor)
        let ratio = AspectRatio(target, cell: vaeFactor)
        switch mode {
        case .official, .fixed:
            let raw = ratio.truncated(nativeEdge)
            latents = mode == .fixed ? raw.divided(by: vaeFactor).atLeastOne : raw.divided(by: vaeFactor)
            conditioning = mode == .fixed ? latents.multiplied(by: vaeFactor) : raw
        case .paper:
            conditioning = ratio.roundedUp(area: Double(nativeEdge * nativeEdge), slack: 0)
            latents = conditioning.divided(by: vaeFactor)
        }

        let stages = SubstageSizes(from: conditioning, to: target, count: count, mode: mode, cell: vaeFactor)
        substages = stages.sizes
        substageAreas = stages.areas
        skipsSubstages =
            target
            == (mode == .official
                ? Extent(height: nativeEdge, width: nativeEdge) : latents.multiplied(by: vaeFactor))
        if let empty = ([latents] + substages).first(where: { $0.height < 1 || $0.width < 1 }) {
            throw RequestError(
                option: "--width, --height", problem: "\(target) leaves a stage of \(empty) cells",
                remedy: "ask for a less elongated picture, or use --size-mode fixed")
        }
    }

    /// Checks that both edges are multiples of `vaeFactor` within the limits.
    static func check(_ target: Extent, vaeFactor: Int) throws(RequestError) {
        for edge in [target.height, target.width]
        where !(vaeFactor...longestEdge).contains(edge) || edge % vaeFactor != 0 {
            throw RequestError(
                option: "--width, --height", problem: "\(edge) is not an edge that can be rendered",
                remedy: "use a multiple of \(vaeFactor) from \(vaeFactor) to \(longestEdge)")
        }
    }

    /// Checks that there are at least `fewest` sub-stages and not too many.
    static func check(substages count: Int, from fewest: Int) throws(RequestError) {
        guard (fewest...mostSubstages).contains(count) else {
            throw RequestError(
                option: "--eta2", problem: "there are \(count) sub-stages",
                remedy: "use from \(fewest) to \(mostSubstages) of them")
        }
    }

    private static func check(
        _ target: Extent, _ count: Int, _ nativeEdge: Int, _ vaeFactor: Int
    ) throws(RequestError) {
        precondition(vaeFactor > 0 && vaeFactor & (vaeFactor - 1) == 0, "a VAE halves its input a few times")
        try check(target, vaeFactor: vaeFactor)
        try check(substages: count, from: 0)
        guard (vaeFactor...longestEdge).contains(nativeEdge) else {
            throw RequestError(
                option: "--native-size", problem: "\(nativeEdge) is not a size that a model can be trained on",
                remedy: "use from \(vaeFactor) to \(longestEdge) pixels")
        }
    }
}
