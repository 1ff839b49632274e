/// The sizes of the stages that lead from a first picture to the request.
///
/// Every one has about the aspect ratio of the request; their areas grow in equal steps from that of the first
/// picture (AP-LDM, section 3.3).
struct SubstageSizes {
    /// Pixels; the last one is the request, but for rounding in the official mode.
    let sizes: [Extent]
    /// The areas in square pixels from which the sizes were rounded.
    let areas: [Double]

    /// - Parameters:
    ///   - first: the size of the picture that the first of them starts from, in pixels.
    ///   - target: the requested size in pixels.
    ///   - count: how many stages there are.
    ///   - mode: how sizes are rounded.
    ///   - cell: pixels a latent cell.
    init(from first: Extent, to target: Extent, count: Int, mode: SizeSchedule.Mode, cell: Int) {
        let ratio = AspectRatio(target, cell: cell)
        switch mode {
        case .official:
            let linear = TorchRange.linspace(Float(target.area), Float(first.area), count: count + 1)
                .reversed().dropFirst()
            sizes = linear.map(ratio.truncatedInFloat32(area:))
            areas = linear.map(Double.init)
        case .fixed, .paper:
            let (least, most) = (Double(first.area), Double(target.area))
            areas = (0..<count).map { least + (most - least) * Double($0 + 1) / Double(count) }
            let between = areas.dropLast().map { area in
                mode == .fixed
                    ? ratio.roundedDown(area: area) : ratio.roundedUp(area: area, slack: AspectRatio.slack)
            }
            sizes = areas.isEmpty ? [] : between + [target]
        }
    }
}
