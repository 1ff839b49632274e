/// Where a task stands among those that a piece of work was cut into: tiles of a picture, windows of latents, branches of
/// a step, stretches of an attention.
package struct TaskPosition: Sendable, Hashable {
    /// From 0; tiles and windows count row by row from the upper left.
    package var index: Int
    /// How many there are.
    package var count: Int
    /// How many stand in a row; nil for what is no part of an area.
    package var columns: Int?

    /// - Parameters:
    ///   - index: from 0.
    ///   - count: how many there are.
    ///   - columns: how many stand in a row; nil for what is no part of an area.
    package init(_ index: Int, of count: Int, columns: Int? = nil) {
        self.index = index
        self.count = count
        self.columns = columns
    }
}
