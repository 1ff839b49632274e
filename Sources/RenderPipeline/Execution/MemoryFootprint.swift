import DiffusionModels

/// What the feature maps of a model take while it works, beyond its weights. Upper estimates that follow from the
/// configuration: good enough to refuse what cannot fit before it has run for an hour.
public struct MemoryFootprint: Sendable, Hashable {
    /// Bytes per pixel of a picture that is encoded or decoded whole.
    public var autoencoderBytesPerPixel: Double
    /// Bytes per latent cell of a UNet pass with two branches.
    public var unetBytesPerCell: Double

    /// - Parameters:
    ///   - autoencoderBytesPerPixel: bytes per pixel of a picture that is encoded or decoded whole.
    ///   - unetBytesPerCell: bytes per latent cell of a UNet pass with two branches.
    public init(autoencoderBytesPerPixel: Double, unetBytesPerCell: Double) {
        self.autoencoderBytesPerPixel = autoencoderBytesPerPixel
        self.unetBytesPerCell = unetBytesPerCell
    }

    init(autoencoder: AutoencoderConfiguration, unet: UNetConfiguration) {
        let float = Double(MemoryLayout<Float>.size)
        // The first block of the decoder's finest level: its input, normalised and not, and its two results.
        let finest = Double(autoencoder.channels[0])
        let coarser = Double(autoencoder.channels[min(1, autoencoder.channels.count - 1)])
        autoencoderBytesPerPixel = float * (2 * finest + 2 * coarser)

        // Every skip connection, and the widest block's working set: a transformer's gated layer is 8 times as wide.
        var skips = 0.0
        var widest = 0.0
        var share = 1.0
        for level in unet.levels {
            skips += share * Double(level.channels * (level.layers + 1))
            let width = level.downAttends || level.upAttends ? 16 : 8
            widest = max(widest, share * Double(level.channels * width))
            share /= 4
        }
        let branches = 2.0
        unetBytesPerCell = branches * float * (skips + widest)
    }
}

extension RenderPlan {
    /// About how many bytes its largest stage needs beyond the weights and what the program itself takes.
    public var peakMemory: Double {
        let footprint = model.footprint
        return stages.map { stage in
            let pixels = Double(stage.size.height) * Double(stage.size.width)
            let cells = Double(stage.latents.height) * Double(stage.latents.width)
            let pictures = 2 * 3 * Double(MemoryLayout<Float>.size) * pixels
            let tile = stage.decodeTiling.map { tiling in
                let edge = Double((tiling.core + 2 * tiling.context) * model.factor)
                return min(pixels, edge * edge)
            }
            let encoded = stage.encodeTiling.map { min(pixels, Double($0.tile * $0.tile)) }
            let whole = max(tile ?? pixels, stage.refines ? encoded ?? pixels : 0)
            return pictures + max(whole * footprint.autoencoderBytesPerPixel, cells * footprint.unetBytesPerCell)
        }.max() ?? 0
    }

    /// Refuses a render that needs more memory than there is.
    ///
    /// - Parameter available: the bytes that the host can give.
    /// - Throws: ``RequestError`` with both figures.
    public func requireFit(in available: Double) throws(RequestError) {
        guard peakMemory > available else { return }
        let gibibyte = Double(1 << 30)
        func rounded(_ bytes: Double) -> String { "\((bytes / gibibyte * 10).rounded() / 10) GiB" }
        throw RequestError(
            option: "--width, --height",
            problem: "\(request.size) needs about \(rounded(peakMemory)) of memory, and \(rounded(available)) are free",
            remedy: request.method == .direct
                ? "ask for a smaller picture, or free memory"
                : "ask for a smaller picture, free memory, or bound what the autoencoder needs with --vae-tiling paper")
    }
}
