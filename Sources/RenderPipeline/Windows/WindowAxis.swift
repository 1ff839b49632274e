import Tensors

/// One direction of ``LatentWindows``: where windows begin, and how much each of them counts in every cell.
package struct WindowAxis: Sendable, Hashable {
    /// Cells of all latents in this direction.
    package let count: Int
    /// Cells of every window: as many as asked for, or all there are.
    package let edge: Int
    /// Where windows begin, in ascending order: the first at 0, the last so that it ends with the latents. All are even,
    /// but for the last of an odd difference, so that all windows halve their cells in the same pairs.
    package let starts: [Int]
    /// The share of every window in each of its cells, above 0; those of a cell sum to 1 up to rounding.
    package let shares: [[Float]]

    /// Spreads as few windows as there can be evenly.
    ///
    /// - Parameters:
    ///   - count: cells of all latents, at least 1.
    ///   - edge: cells of a window, at least 1.
    ///   - overlap: the fewest cells that neighbours have in common, below `edge`; where it leaves an odd distance one
    ///     more is in common.
    package init(count: Int, edge: Int, overlap: Int) {
        precondition(count > 0 && edge > 0 && (0..<edge).contains(overlap), "\(overlap) of \(edge) cells overlap")
        self.count = count
        self.edge = min(count, edge)
        starts = Self.starts(room: count - self.edge, distance: edge - overlap)
        shares = Self.shares(starts, count: count, edge: self.edge)
    }

    /// How many windows there are, without working them out.
    package static func windowCount(count: Int, edge: Int, overlap: Int) -> Int {
        let room = count - min(count, edge)
        let distance = evenDistance(edge - overlap)
        return 1 + (room + distance - 1) / distance
    }

    private static func evenDistance(_ distance: Int) -> Int { distance > 1 ? distance / 2 * 2 : 1 }

    private static func starts(room: Int, distance: Int) -> [Int] {
        guard room > 0 else { return [0] }
        let distance = evenDistance(distance)
        if distance == 1 { return Array(0...room) }
        let last = (room + distance - 1) / distance
        // In pairs of cells; the last one is moved back inside where half a pair is left.
        let pairs = (room + 1) / 2
        return (0...last).map { min(2 * ($0 * pairs / last), room) }
    }

    private static func shares(_ starts: [Int], count: Int, edge: Int) -> [[Float]] {
        let weights = raisedCosine(edge)
        var sums = [Double](repeating: 0, count: count)
        for start in starts {
            for (cell, weight) in weights.enumerated() { sums[start + cell] += weight }
        }
        return starts.map { start in weights.enumerated().map { Float($1 / sums[start + $0]) } }
    }

    /// sin²(π(i + ½)/n): the Hann window between its zeros, so that every cell counts.
    package static func raisedCosine(_ count: Int) -> [Double] {
        // Half of it is computed and mirrored: the cosine of the other half may round differently.
        let half = (0..<(count + 1) / 2).map { cell in
            (1 - Elementary.cos(2 * Double.pi * (Double(cell) + 0.5) / Double(count))) / 2
        }
        return half + half.prefix(count / 2).reversed()
    }
}
