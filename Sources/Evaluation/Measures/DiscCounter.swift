/// Finds the suns and moons of a picture: round patches in one of their colours on a darker or bluer ground. Their number
/// is what direct sampling gets wrong above the native size.
///
/// Bright fragments straight below a larger disc in the lower half count as its reflection, never as discs: where that is
/// wrong, duplicates are missed rather than invented.
package enum DiscCounter {
    /// A sun or a moon, in shares of the picture's width and height.
    package struct Disc: Sendable, Hashable {
        package var x: Double
        package var y: Double
        package var radius: Double
    }

    /// What the sky says of where discs are looked for.
    private enum Light {
        case night, day, twilight

        init(_ picture: Raster) {
            let sky = picture.pixels[..<(picture.pixels.count / 2)]
            let luminance = sky.map { Raster.opponent($0).x }.sorted()
            let blueness = sky.reduce(0) { $0 + $1.z - $1.x } / Float(sky.count)
            // The median, as glows of several moons light up more than the darker half of a sky seldom.
            self = luminance[luminance.count / 2] < 0.27 ? .night : blueness > 0.14 ? .day : .twilight
        }

        /// Whether a pixel has the colour of a disc.
        func isDisc(_ pixel: SIMD3<Float>) -> Bool {
            switch self {
            case .night: pixel.min() > 0.5 && pixel.max() - pixel.min() < 0.25
            // The glow is as bright, but whiter.
            case .day: pixel.z < 0.74 && (Self.isNear(pixel, Self.noon) || Self.isNear(pixel, Self.evening))
            case .twilight:
                Self.isNear(pixel, Self.morning) || Self.isNear(pixel, Self.noon) || Self.isNear(pixel, Self.evening)
            }
        }

        private static let morning = SIMD3<Float>(1, 0.95, 0.80)
        private static let noon = SIMD3<Float>(1, 0.96, 0.62)
        private static let evening = SIMD3<Float>(1, 0.92, 0.50)

        private static func isNear(_ pixel: SIMD3<Float>, _ colour: SIMD3<Float>) -> Bool {
            let difference = pixel - colour
            return (difference * difference).sum() < 0.016
        }

        /// Whether what is around a patch is sky: neither the dark frame of a lit window nor sand.
        ///
        /// - Parameters:
        ///   - mean: the colour around it.
        ///   - rim: how bright the darkest quarter of its rim is.
        /// - Returns: whether it is.
        func isGround(_ mean: SIMD3<Float>, rim: Float) -> Bool {
            switch self {
            case .night: true
            case .day: mean.x - mean.z < 0.2 && rim > 0.3
            case .twilight: rim > 0.42
            }
        }
    }

    /// Pixels in each direction at which it looks; more for pictures in which repeated discs are very small.
    private static func edge(_ picture: Raster) -> Int { max(picture.width, picture.height) > 1024 ? 512 : 256 }

    /// Radii that discs have, from those that direct sampling repeats at 16 times the area.
    private static let radii = 0.009...0.13

    /// The discs, the largest first.
    package static func discs(in picture: Raster) -> [Disc] {
        let edge = edge(picture)
        let small = picture.resized(width: edge, height: edge)
        let light = Light(small)
        let mask = small.pixels.map(light.isDisc)
        let scale = 1 / Double(edge)
        let discs = PixelRegion.regions(of: mask, width: edge)
            .filter { isDisc($0, in: small, mask, light) }
            .sorted { $0.area > $1.area }
            .map { region in
                Disc(
                    x: (region.centre.column + 0.5) * scale, y: (region.centre.row + 0.5) * scale,
                    radius: region.radius * scale)
            }
        return discs.filter { disc in !discs.contains { isReflection(disc, of: $0) } }
    }

    private static func isReflection(_ patch: Disc, of disc: Disc) -> Bool {
        let (offset, share) = (abs(patch.x - disc.x), patch.radius / disc.radius)
        return patch.y > 0.55 && disc.y < 0.5 && (offset < 0.2 && share < 0.8 || offset < 0.08 && share < 1.1)
    }

    private static func isDisc(_ region: PixelRegion, in picture: Raster, _ mask: [Bool], _ light: Light) -> Bool {
        let edge = Double(picture.width)
        guard radii.contains(region.radius / edge), region.elongation < 1.7, region.fill > 0.6,
            // A bright spot that the border cuts may be the corner of anything.
            region.centre.row + 2 * region.radius < 0.985 * edge,
            region.radius > 0.03 * edge
                || region.columns.lowerBound > 0 && region.columns.upperBound < picture.width - 1
        else { return false }
        let (near, far) = (1.25 * region.radius + 1, 1.6 * region.radius + 2)
        let around = ring(region, near...far, of: picture)
        let like = around.count { mask[$0] }
        guard Double(like) < 0.3 * Double(around.count) else { return false }
        let mean = around.reduce(.zero) { $0 + picture.pixels[$1] } / Float(max(around.count, 1))
        // A lit window has a dark frame, a disc a glow.
        let rim = ring(region, region.radius + 0.5...region.radius + 3, of: picture)
            .map { Raster.opponent(picture.pixels[$0]).x }.sorted()
        let dark = rim.prefix(rim.count / 4).reduce(0, +) / Float(max(rim.count / 4, 1))
        return !around.isEmpty && light.isGround(mean, rim: dark)
    }

    /// The pixels that are so far from a patch's centre.
    private static func ring(_ region: PixelRegion, _ distances: ClosedRange<Double>, of picture: Raster) -> [Int] {
        func reach(_ centre: Double, _ count: Int) -> ClosedRange<Int> {
            max(0, Int(centre - distances.upperBound))...min(count - 1, Int(centre + distances.upperBound) + 1)
        }
        return reach(region.centre.row, picture.height).flatMap { row in
            reach(region.centre.column, picture.width).compactMap { column in
                let (dy, dx) = (Double(row) - region.centre.row, Double(column) - region.centre.column)
                return distances.contains((dy * dy + dx * dx).squareRoot()) ? row * picture.width + column : nil
            }
        }
    }
}
