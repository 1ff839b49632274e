/// torch's float32 square root on a CPU, as far as the official sizes depend on it.
///
/// torch takes it from Intel's MKL, which is off by up to 0.75 units in the last place where IEEE 754 allows 0.5.
/// Sizes are rounded down to multiples of 8, so that matters in one place only: the root of the number just below
/// the square of such a multiple may or may not come out as the multiple, and a stage as 8 pixels larger. The
/// official products of areas and ratios in float32 land there for about one request in twenty. Which way it goes
/// depends on the odd part of the multiple alone, as a factor of four in the argument changes only the exponent.
enum TorchSquareRoot {
    /// `floor(sqrt(square) / step) * step`, for a `step` that is a power of two.
    ///
    /// As torch where the odd part of the result is below 1024, which covers multiples of 8 through 8192;
    /// correctly rounded elsewhere.
    static func floor(_ square: Float, toMultipleOf step: Int) -> Int {
        let steps = square.squareRoot() / Float(step)
        let nearest = Int(steps.rounded()) * step
        if let reaches = reachesRoot(nearest), square == Float(nearest * nearest).nextDown {
            return reaches ? nearest : nearest - step
        }
        return Int(steps.rounded(.down)) * step
    }

    /// Whether the root of the number just below `root`² is rounded up to `root`; nil where that is not recorded.
    private static func reachesRoot(_ root: Int) -> Bool? {
        guard root > 0 else { return nil }
        let half = (root >> root.trailingZeroBitCount) / 2
        let (word, bit) = half.quotientAndRemainder(dividingBy: UInt64.bitWidth)
        return word < roundedUp.count ? roundedUp[word] >> UInt64(bit) & 1 == 1 : nil
    }

    /// Measured with torch 2.15: bit i, counted from the lowest of the first word, is for the odd part 2i + 1.
    private static let roundedUp: [UInt64] = [
        0xec5c_1f34_fe7f_86fd, 0xffd7_73ef_07ff_4b04, 0x001f_ffff_f5f9_7da6, 0xfb86_ddc4_d373_affd,
        0x853c_0c7f_8dea_7a68, 0x0000_03ff_ffff_ffff, 0xbdff_f8fb_ffff_d5ff, 0xdf5b_fe7f_6b76_d4f4,
    ]
}
