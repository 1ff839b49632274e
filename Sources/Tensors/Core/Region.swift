/// A rectangle of a picture, a feature map or latents, in its own pixels or cells.
public struct Region: Sendable, Hashable {
    /// The rows, from the top.
    public var rows: Range<Int>
    /// The columns, from the left.
    public var columns: Range<Int>

    /// - Parameters:
    ///   - rows: the rows, from the top.
    ///   - columns: the columns, from the left.
    public init(rows: Range<Int>, columns: Range<Int>) {
        self.rows = rows
        self.columns = columns
    }

    /// All of a map of `height`×`width`.
    public init(height: Int, width: Int) { self.init(rows: 0..<height, columns: 0..<width) }

    /// How many pixels or cells it has.
    public var area: Int { rows.count * columns.count }

    /// The same rectangle seen from the upper left corner of `outer`.
    public func relative(to outer: Region) -> Region {
        Region(
            rows: rows.lowerBound - outer.rows.lowerBound..<rows.upperBound - outer.rows.lowerBound,
            columns: columns.lowerBound - outer.columns.lowerBound..<columns.upperBound - outer.columns.lowerBound)
    }

    /// The same rectangle of a map with `factor` times as many rows and columns.
    public func scaled(by factor: Int) -> Region {
        Region(
            rows: rows.lowerBound * factor..<rows.upperBound * factor,
            columns: columns.lowerBound * factor..<columns.upperBound * factor)
    }
}
