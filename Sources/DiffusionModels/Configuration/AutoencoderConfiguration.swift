/// What `vae/config.json` says (diffusers `AutoencoderKL`).
public struct AutoencoderConfiguration: Sendable, Hashable {
    /// Channels of a picture.
    public var pictureChannels: Int
    /// Channels of its latents.
    public var latentChannels: Int
    /// Channels of each level, from the finest to the coarsest.
    public var channels: [Int]
    /// Residual blocks in each level of the encoder; one more in the decoder.
    public var layersPerBlock: Int
    /// Groups of every group normalisation.
    public var normGroups: Int
    /// The training resolution in pixels, the edge of diffusers' tiles.
    public var sampleSize: Int
    /// What the posterior mean is multiplied by so that the latents have about unit variance.
    public var scalingFactor: Float
    /// Whether the middle blocks have a self-attention.
    public var hasMiddleAttention: Bool
    /// Whether a 1×1 convolution follows the encoder.
    public var hasQuantConvolution: Bool
    /// Whether a 1×1 convolution precedes the decoder.
    public var hasPostQuantConvolution: Bool

    /// Pixels per latent cell in each direction.
    public var factor: Int { 1 << (channels.count - 1) }

    /// The architecture that Stable Diffusion 1, 2 and XL share, with other widths or depths.
    ///
    /// - Parameters:
    ///   - channels: channels of each level, from the finest to the coarsest.
    ///   - layersPerBlock: residual blocks in each level of the encoder.
    ///   - normGroups: groups of every group normalisation, a divisor of all `channels`.
    package init(channels: [Int] = [128, 256, 512, 512], layersPerBlock: Int = 2, normGroups: Int = 32) {
        precondition(channels.allSatisfy { $0.isMultiple(of: normGroups) })
        pictureChannels = 3
        latentChannels = 4
        self.channels = channels
        self.layersPerBlock = layersPerBlock
        self.normGroups = normGroups
        sampleSize = 1024
        scalingFactor = 0.13025
        hasMiddleAttention = true
        hasQuantConvolution = true
        hasPostQuantConvolution = true
    }

    init(_ file: ConfigurationFile) throws(ModelError) {
        try file.require("_class_name", .string("AutoencoderKL"))
        try file.require("act_fn", .string("silu"), or: .string("swish"))
        try file.require("latents_mean", .null)
        try file.require("latents_std", .null)
        try file.require("shift_factor", .null, or: .number(0))
        channels = try file.requiredList("block_out_channels", in: 1...16384)
        for (key, type) in [("down_block_types", "DownEncoderBlock2D"), ("up_block_types", "UpDecoderBlock2D")] {
            let types = try file.strings(key) ?? []
            guard types.count == channels.count, types.allSatisfy({ $0 == type }) else {
                throw file.complaint(key, "\(channels.count) times \(type)", .array(types.map(JSONValue.string)))
            }
        }
        pictureChannels = try file.integer("in_channels", in: 1...64) ?? 3
        try file.require("in_channels", .number(3))
        try file.require("out_channels", .number(3))
        latentChannels = try file.integer("latent_channels", in: 1...32) ?? 4
        layersPerBlock = try file.integer("layers_per_block", in: 1...16) ?? 1
        normGroups = try file.integer("norm_num_groups", in: 1...1024) ?? 32
        sampleSize = try file.integer("sample_size", in: 8...16384) ?? 32
        scalingFactor = Float(try file.double("scaling_factor", in: 1e-6...1e6) ?? 0.18215)
        hasMiddleAttention = try file.bool("mid_block_add_attention", default: true)
        hasQuantConvolution = try file.bool("use_quant_conv", default: true)
        hasPostQuantConvolution = try file.bool("use_post_quant_conv", default: true)
        guard channels.allSatisfy({ $0.isMultiple(of: normGroups) }) else {
            throw file.complaint(
                "norm_num_groups", "a divisor of every block_out_channels", .number(Double(normGroups)))
        }
    }
}
