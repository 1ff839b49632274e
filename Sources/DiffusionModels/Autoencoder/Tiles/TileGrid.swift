public import Tensors

/// How a picture is cut into tiles: cores that cover its latents without overlapping, as equal as they can be.
///
/// A function of the size and of the longest edge alone, never of the host, so that the same picture has the same
/// tiles everywhere. Tiles count row by row from the upper left; statistics are merged in this order.
public struct TileGrid: Sendable, Hashable {
    /// The rows of latents of each row of tiles.
    public let rows: [Range<Int>]
    /// The columns of latents of each column of tiles.
    public let columns: [Range<Int>]

    /// - Parameters:
    ///   - height: rows of latents, at least 1.
    ///   - width: columns of latents, at least 1.
    ///   - core: the longest edge of a core in latent cells, at least 1; nil makes one tile of everything.
    public init(height: Int, width: Int, core: Int?) {
        rows = Self.parts(of: height, longest: core ?? height)
        columns = Self.parts(of: width, longest: core ?? width)
    }

    private static func parts(of extent: Int, longest: Int) -> [Range<Int>] {
        precondition(extent > 0 && longest > 0, "no tiles of \(longest) cover \(extent)")
        let count = (extent + longest - 1) / longest
        return (0..<count).map { $0 * extent / count..<($0 + 1) * extent / count }
    }

    /// How many tiles there are.
    public var count: Int { rows.count * columns.count }

    /// Rows of latents.
    public var height: Int { rows.last?.upperBound ?? 0 }

    /// Columns of latents.
    public var width: Int { columns.last?.upperBound ?? 0 }

    /// The core of a tile in latent cells.
    public subscript(tile: Int) -> Region {
        Region(rows: rows[tile / columns.count], columns: columns[tile % columns.count])
    }
}
