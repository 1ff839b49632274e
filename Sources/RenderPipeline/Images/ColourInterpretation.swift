import Tensors

/// How the samples of a PNG file become sRGB-encoded values, as its colour chunks say.
///
/// By the PNG standard an sRGB chunk or an embedded profile counts before gAMA and cHRM. Without any of them, and with
/// a gamma of 1/2.2, which is how sRGB is written down, the samples are taken as they are. Another gamma is undone
/// exactly and the sRGB transfer function (IEC 61966-2-1) applied. Primaries other than those of sRGB are refused. An
/// embedded profile is not applied: the samples are taken as sRGB, with a notice.
struct ColourInterpretation {
    /// The gamma that is undone; nil for samples that are sRGB-encoded already.
    let gamma: Double?
    /// Whether a profile is disregarded.
    let disregardsProfile: Bool

    private static let sRGBChromaticities: [UInt32] = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]
    /// How far a chromaticity may be from that of sRGB, in 1/100000; writers round differently.
    private static let chromaticityTolerance: UInt32 = 100
    /// How far a gamma may be from 1/2.2, as a share.
    private static let gammaTolerance = 0.005

    /// - Parameters:
    ///   - colour: what the file says of its colours.
    ///   - path: for errors.
    /// - Throws: for colours that are neither sRGB nor converted to it exactly.
    init(_ colour: PNGHeader.Colour, path: String) throws(ImageFileError) {
        disregardsProfile = colour.hasICCProfile && !colour.hasSRGB
        guard !colour.hasSRGB, !colour.hasICCProfile else {
            gamma = nil
            return
        }
        func refusal(_ problem: String) -> ImageFileError {
            ImageFileError(
                path: path, operation: .read, reason: .unsupported, problem: problem,
                remedy: "convert it to sRGB first, for example: magick in.png -colorspace sRGB -strip out.png")
        }
        if colour.hasChromaticities {
            let isSRGB = zip(colour.chromaticities, Self.sRGBChromaticities).allSatisfy { found, expected in
                max(found, expected) - min(found, expected) <= Self.chromaticityTolerance
            }
            guard isSRGB else { throw refusal("its primaries (cHRM) are not those of sRGB") }
        }
        guard colour.hasGamma else {
            gamma = nil
            return
        }
        guard let stated = colour.gamma, (0.1...10).contains(stated) else {
            throw refusal("its gamma (gAMA) is \(colour.gamma.map { "\($0)" } ?? "unreadable"), not from 0.1 to 10")
        }
        gamma = abs(stated * 2.2 - 1) <= Self.gammaTolerance ? nil : stated
    }

    /// The sRGB-encoded value, 0...1, of every sample from 0 to `top`.
    func values(upTo top: Int) -> [Float] {
        (0...top).map { sample in
            guard let gamma else { return Float(sample) / Float(top) }
            let linear = Elementary.pow(Double(sample) / Double(top), 1 / gamma)
            return Float(linear <= 0.0031308 ? 12.92 * linear : 1.055 * Elementary.pow(linear, 1 / 2.4) - 0.055)
        }
    }
}
