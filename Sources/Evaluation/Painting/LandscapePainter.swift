public import RenderPipeline

/// Paints a ``Scene`` at any size: the same composition, with detail as fine as the pixels allow. This is what the true
/// picture of a caption is, and what the embedded model was trained to imitate.
public struct LandscapePainter: Sendable {
    let scene: Scene
    /// The suns or moons: the scene's own, unless another number is asked for.
    let discs: [Scene.Disc]
    let palette: Palette
    var canvas: Canvas

    /// The sizes that are painted, in pixels an edge.
    public static let edges = 64...4096

    /// - Parameters:
    ///   - scene: what is shown.
    ///   - edge: pixels in each direction, within ``edges``.
    /// - Returns: the picture, whose bits are the same on every host.
    public static func picture(of scene: Scene, edge: Int) -> PixelImage {
        picture(of: scene, edge: edge, discs: [scene.disc])
    }

    /// The same with other suns or moons, or none: what measures are tested on.
    package static func picture(of scene: Scene, edge: Int, discs: [Scene.Disc]) -> PixelImage {
        precondition(edges.contains(edge), "pictures are painted with \(edges) pixels an edge, not \(edge)")
        var painter = LandscapePainter(scene: scene, edge: edge, discs: discs)
        painter.paint()
        return PixelImage(width: edge, height: edge, pixels: painter.canvas.levels())
    }

    private init(scene: Scene, edge: Int, discs: [Scene.Disc]) {
        self.scene = scene
        self.discs = discs
        palette = Palette(scene.time)
        canvas = Canvas(edge: edge)
    }

    /// From the back to the front.
    private mutating func paint() {
        paintSky()
        paintBackground()
        if scene.terrain.isWater { paintWater() }
        paintForeground()
        if scene.landmark == .house { paintHouse() }
        for (index, tree) in scene.trees.enumerated() { paint(tree, index) }
    }

    var edge: Int { canvas.edge }
    /// 1 when things are lit from the right, −1 when from the left.
    func lightSide(at x: Float) -> Float { scene.disc.x < x ? -1 : 1 }
}
