/// A height and a width, in pixels or in latent cells as the place of use says.
public struct Extent: Sendable, Hashable, Codable {
    /// The number of rows.
    public var height: Int
    /// The number of columns.
    public var width: Int

    /// - Parameters:
    ///   - height: the number of rows.
    ///   - width: the number of columns.
    public init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// The number of pixels or cells.
    public var area: Int { height * width }

    var atLeastOne: Extent { Extent(height: max(height, 1), width: max(width, 1)) }
    func divided(by factor: Int) -> Extent { Extent(height: height / factor, width: width / factor) }
    func multiplied(by factor: Int) -> Extent { Extent(height: height * factor, width: width * factor) }
}

extension Extent: CustomStringConvertible {
    /// `HEIGHTxWIDTH`.
    public var description: String { "\(height)x\(width)" }
}
