import Evaluation

/// Ways to make a true picture worse, each of which a measure has to notice.
enum Degradation: String, CaseIterable {
    case blurred, duplicated, recoloured, noisy

    func applied(to picture: Raster) -> Raster {
        var result = picture
        switch self {
        case .blurred:
            let small = picture.resized(width: picture.width / 4, height: picture.height / 4)
            result = small.resized(width: picture.width, height: picture.height)
        case .duplicated:
            // The whole scene four times, as direct sampling tends to.
            let half = picture.resized(width: picture.width / 2, height: picture.height / 2)
            for row in 0..<picture.height {
                for column in 0..<picture.width {
                    result.pixels[row * picture.width + column] = half[row % half.height, column % half.width]
                }
            }
        case .recoloured:
            for index in result.pixels.indices {
                let pixel = result.pixels[index]
                result.pixels[index] = SIMD3(pixel.z, pixel.x, pixel.y)
            }
        case .noisy:
            var state: UInt32 = 1
            for index in result.pixels.indices {
                state = state &* 1_664_525 &+ 1_013_904_223
                result.pixels[index] += SIMD3(repeating: Float(state >> 16) / 65_536 * 0.3 - 0.15)
            }
        }
        return result
    }
}
