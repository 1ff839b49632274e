/// The rows of a PNG file as they are handed out, and what the file says of its colours.
public struct PNGHeader: Sendable, Hashable {
    /// Pixels a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Bits a sample: 16 when the file has 16, else 8.
    public let bitDepth: Int
    /// 3 for RGB; 4 for RGBA when the file has transparency of any kind. Grey and palettes are expanded.
    public let channels: Int
    /// What the file says of its colours; the samples are as in the file.
    public let colour: Colour

    /// Statements of a PNG file about its colours.
    public struct Colour: Sendable, Hashable {
        /// The exponent that a gAMA chunk states, for example 0.45455; nil when it states none that can be read.
        public let gamma: Double?
        /// Whether there is a gAMA chunk.
        public let hasGamma: Bool
        /// Whether there is a cHRM chunk: primaries and white point.
        public let hasChromaticities: Bool
        /// What a cHRM chunk states, in 1/100000: white, red, green and blue, x before y; zeros when it states nothing
        /// that can be read, empty without one.
        public let chromaticities: [UInt32]
        /// Whether there is an sRGB chunk.
        public let hasSRGB: Bool
        /// Whether there is an iCCP chunk: an embedded profile.
        public let hasICCProfile: Bool
    }
}
