extension InitialPicture {
    /// The size to render at when less than both edges is asked for, in multiples of 8 pixels: twice the picture's,
    /// or the one that goes with the edge that is given.
    ///
    /// - Parameters:
    ///   - height: the height asked for, if any.
    ///   - width: the width asked for, if any.
    /// - Returns: the size in pixels.
    public func target(height: Int? = nil, width: Int? = nil) -> Extent {
        target(height: height, width: width, cell: 8)
    }

    private func target(height: Int?, width: Int?, cell: Int) -> Extent {
        func rounded(_ edge: Double) -> Int {
            let cells = (edge / Double(cell)).rounded()
            return cell * Int(min(max(1, cells), Double(SizeSchedule.longestEdge)))
        }
        let ratio = Double(size.height) / Double(size.width)
        return switch (height, width) {
        case (let height?, let width?): Extent(height: height, width: width)
        case (let height?, nil): Extent(height: height, width: rounded(Double(height) / ratio))
        case (nil, let width?): Extent(height: rounded(Double(width) * ratio), width: width)
        case (nil, nil):
            Extent(height: rounded(2 * Double(size.height)), width: rounded(2 * Double(size.width)))
        }
    }

    /// Checks that `target` is the picture's size or more, in its aspect ratio but for the rounding to whole cells:
    /// less than a cell in one of the edges.
    ///
    /// - Parameters:
    ///   - target: the requested size in pixels, within the limits of ``SizeSchedule``.
    ///   - cell: pixels a latent cell.
    /// - Throws: ``RequestError`` naming sizes that fit.
    func check(target: Extent, cell: Int) throws(RequestError) {
        let edges = 1...SizeSchedule.longestEdge
        guard edges.contains(size.height), edges.contains(size.width) else {
            throw RequestError(
                option: "--init-image", problem: "a picture of \(size) pixels cannot be rendered from",
                remedy: "give one of 1 to \(SizeSchedule.longestEdge) pixels a side")
        }
        let double = self.target(height: nil, width: nil, cell: cell)
        guard target.height >= size.height, target.width >= size.width else {
            throw RequestError(
                option: "--width, --height", problem: "\(target) is smaller than the picture, which has \(size)",
                remedy: "ask for \(double), which is twice its size, or reduce the picture first")
        }
        let deviation = abs(target.height * size.width - target.width * size.height)
        guard deviation < cell * max(size.height, size.width) else {
            let fitting = [
                self.target(height: nil, width: target.width, cell: cell),
                self.target(height: target.height, width: nil, cell: cell),
            ].first { $0.height >= size.height && $0.width >= size.width }
            throw RequestError(
                option: "--width, --height", problem: "\(target) has another aspect ratio than the picture's \(size)",
                remedy: "ask for \([fitting, double].compactMap { $0?.description }.joined(separator: " or ")), or cut "
                    + "the picture first")
        }
    }
}
