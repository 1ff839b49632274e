/// What `unet/config.json` says (diffusers `UNet2DConditionModel`).
public struct UNetConfiguration: Sendable, Hashable {
    /// One level of the UNet, at half the resolution of the level before.
    public struct Level: Sendable, Hashable {
        /// Channels of its feature maps.
        public var channels: Int
        /// Residual blocks on the way down; one more on the way up.
        public var layers: Int
        /// Whether the residual blocks of the way down are followed by transformers.
        public var downAttends: Bool
        /// The same for the way up.
        public var upAttends: Bool
        /// Transformer blocks after each residual block on the way down.
        public var downTransformerLayers: Int
        /// The same for the way up.
        public var upTransformerLayers: Int
        /// Attention heads. The files call this `attention_head_dim`: a naming mistake of diffusers that can no
        /// longer be repaired.
        public var heads: Int
        /// The width of the text encoding that is attended to.
        public var contextWidth: Int
    }

    /// The training resolution in latent cells.
    public var sampleSize: Int
    /// Channels of the latents that go in.
    public var inputChannels: Int
    /// Channels of the prediction.
    public var outputChannels: Int
    /// From the finest level to the coarsest.
    public var levels: [Level]
    /// Whether there is a block at the coarsest level between the ways down and up.
    public var hasMiddleBlock: Bool
    /// Groups of every group normalisation.
    public var normGroups: Int
    /// Added to the variance in the residual blocks.
    public var normEpsilon: Float
    /// Whether the transformers' projections are stored as matrices, not as 1×1 convolutions.
    public var usesLinearProjection: Bool
    /// Whether the cosines come before the sines in the timestep embedding.
    public var cosinesFirst: Bool
    /// `downscale_freq_shift` of the timestep embedding.
    public var frequencyShift: Int
    /// Whether downsampling pads on all sides; otherwise right and below only.
    public var downsamplePadsAllSides: Bool
    /// What SDXL adds to the timestep embedding; nil for other models.
    public var addition: Addition?

    /// SDXL's `text_time` embedding.
    public struct Addition: Sendable, Hashable {
        /// Width of the embedding of each of the six time ids.
        public var timeWidth: Int
        /// Width of the pooled text embedding and the six time embeddings together.
        public var inputWidth: Int
        /// Width of the pooled text embedding.
        package var pooledWidth: Int { inputWidth - 6 * timeWidth }
    }

    init(_ file: ConfigurationFile) throws(ModelError) {
        try Self.refuseUnsupported(file)
        let widths = 1...16384
        let channels = try file.requiredList("block_out_channels", in: widths)
        let count = channels.count
        let downTypes = try Self.blockTypes(
            file, "down_block_types", count, plain: "DownBlock2D", attending: "CrossAttnDownBlock2D")
        let upTypes = try Self.blockTypes(
            file, "up_block_types", count, plain: "UpBlock2D", attending: "CrossAttnUpBlock2D")
        let layers =
            try file.integers("layers_per_block", count: count, in: 1...16) ?? Array(repeating: 2, count: count)
        let transformers =
            try file.integers("transformer_layers_per_block", count: count, in: 1...64)
            ?? Array(repeating: 1, count: count)
        let upTransformers =
            try file.integers("reverse_transformer_layers_per_block", count: count, in: 1...64)
            ?? transformers.reversed()
        let context =
            try file.integers("cross_attention_dim", count: count, in: widths) ?? Array(repeating: 1280, count: count)
        let heads: [Int]
        if let given = try file.integers("num_attention_heads", count: count, in: 1...1024) {
            heads = given
        } else {
            heads =
                try file.integers("attention_head_dim", count: count, in: 1...1024) ?? Array(repeating: 8, count: count)
        }
        levels = (0..<count).map { level in
            Level(
                channels: channels[level], layers: layers[level], downAttends: downTypes[level],
                upAttends: upTypes[count - 1 - level], downTransformerLayers: transformers[level],
                upTransformerLayers: upTransformers[count - 1 - level], heads: heads[level],
                contextWidth: context[level])
        }
        sampleSize = try file.integer("sample_size", in: 1...4096) ?? 64
        inputChannels = try file.integer("in_channels", in: 1...32) ?? 4
        outputChannels = try file.integer("out_channels", in: 1...32) ?? 4
        hasMiddleBlock = !file.isNull("mid_block_type")
        normGroups = try file.integer("norm_num_groups", in: 1...1024) ?? 32
        normEpsilon = Float(try file.double("norm_eps", in: 1e-30...1) ?? 1e-5)
        usesLinearProjection = try file.bool("use_linear_projection", default: false)
        cosinesFirst = try file.bool("flip_sin_to_cos", default: true)
        frequencyShift = try file.integer("freq_shift", in: 0...1) ?? 0
        downsamplePadsAllSides = try file.integer("downsample_padding", in: 0...1) ?? 1 == 1
        if try file.string("addition_embed_type") != nil {
            addition = Addition(
                timeWidth: try file.required("addition_time_embed_dim", in: widths),
                inputWidth: try file.required("projection_class_embeddings_input_dim", in: 1...1_000_000))
        }
        try checkDivisibility(file)
    }

    /// The heads must share the channels evenly, and so must the groups.
    private func checkDivisibility(_ file: ConfigurationFile) throws(ModelError) {
        for level in levels {
            if !level.channels.isMultiple(of: normGroups) {
                throw file.complaint(
                    "norm_num_groups", "a divisor of every block_out_channels", .number(Double(normGroups)))
            }
            if (level.downAttends || level.upAttends) && !level.channels.isMultiple(of: level.heads) {
                throw file.complaint(
                    "attention_head_dim", "a divisor of block_out_channels \(level.channels)",
                    .number(Double(level.heads)))
            }
        }
    }

    private static func blockTypes(
        _ file: ConfigurationFile, _ key: String, _ count: Int, plain: String, attending: String
    ) throws(ModelError) -> [Bool] {
        guard let types = try file.strings(key) else { throw file.missing(key, "a list of block types") }
        guard types.count == count, types.allSatisfy({ $0 == plain || $0 == attending }) else {
            throw file.complaint(
                key, "\(count) times \(plain) or \(attending)", .array(types.map(JSONValue.string)))
        }
        return types.map { $0 == attending }
    }

    private static func refuseUnsupported(_ file: ConfigurationFile) throws(ModelError) {
        try file.require("_class_name", .string("UNet2DConditionModel"))
        try file.require("act_fn", .string("silu"), or: .string("swish"))
        try file.require("center_input_sample", .bool(false))
        try file.require("mid_block_type", .string("UNetMidBlock2DCrossAttn"))
        try file.require("only_cross_attention", .bool(false))
        try file.require("mid_block_only_cross_attention", .bool(false))
        try file.require("mid_block_scale_factor", .number(1))
        try file.require("encoder_hid_dim", .null)
        try file.require("encoder_hid_dim_type", .null)
        try file.require("dual_cross_attention", .bool(false))
        try file.require("class_embed_type", .null)
        try file.require("num_class_embeds", .null)
        try file.require("class_embeddings_concat", .bool(false))
        try file.require("addition_embed_type", .string("text_time"))
        try file.require("resnet_time_scale_shift", .string("default"))
        try file.require("resnet_skip_time_act", .bool(false))
        try file.require("resnet_out_scale_factor", .number(1))
        try file.require("time_embedding_type", .string("positional"))
        try file.require("time_embedding_dim", .null)
        try file.require("time_embedding_act_fn", .null)
        try file.require("timestep_post_act", .null)
        try file.require("time_cond_proj_dim", .null)
        try file.require("conv_in_kernel", .number(3))
        try file.require("conv_out_kernel", .number(3))
        try file.require("attention_type", .string("default"))
        try file.require("cross_attention_norm", .null)
    }
}
