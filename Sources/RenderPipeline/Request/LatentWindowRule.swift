/// How stage two predicts noise in windows over its latents instead of in one pass over all of them: another picture,
/// whose parts can be computed at the same time and in the memory of one of them.
public struct LatentWindowRule: Sendable, Hashable {
    /// The fewest latent cells that neighbours have in common; nil means a quarter of a window.
    public var overlap: Int?

    /// - Parameter overlap: the fewest latent cells that neighbours have in common; nil means a quarter of a window.
    public init(overlap: Int? = nil) { self.overlap = overlap }

    /// The most windows in one direction, and in all.
    static let mostWindows = 16_384

    /// The windows of a stage.
    ///
    /// - Parameters:
    ///   - latents: the stage's size in cells.
    ///   - edge: the edge in cells of what the model was trained on.
    /// - Returns: nil where one window is everything.
    /// - Throws: ``RequestError`` for an overlap that leaves windows no way to go, or far too many of them.
    func windows(for latents: Extent, edge: Int) throws(RequestError) -> LatentWindows? {
        let overlap = overlap ?? edge / 4
        guard overlap >= 0, overlap <= edge - 2 else {
            throw RequestError(
                option: "--window-overlap", problem: "\(overlap) cells of windows of \(edge) cannot overlap",
                remedy: edge < 2
                    ? "use --stage-two whole: this model's windows would be single cells" : "use 0 to \(edge - 2)")
        }
        let rows = WindowAxis.windowCount(count: latents.height, edge: edge, overlap: overlap)
        let columns = WindowAxis.windowCount(count: latents.width, edge: edge, overlap: overlap)
        guard rows <= Self.mostWindows, columns <= Self.mostWindows, rows * columns <= Self.mostWindows else {
            throw RequestError(
                option: "--window-overlap",
                problem: "\(overlap) cells in common make \(rows)x\(columns) windows of \(edge) cells",
                remedy: "use a smaller overlap: at most \(Self.mostWindows) windows")
        }
        return rows * columns > 1 ? LatentWindows(latents, edge: edge, overlap: overlap) : nil
    }
}
