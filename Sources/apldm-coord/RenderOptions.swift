public import ArgumentParser
import RenderPipeline

/// What to draw, how large and how many.
struct PictureOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What to lead away from; without it the model's own rule for none.", valueName: "TEXT"))
    var negativePrompt: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Width in pixels, a multiple of 8 (default 1024).", valueName: "PIXELS"))
    var width: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Height in pixels, a multiple of 8 (default 1024).", valueName: "PIXELS"))
    var height: Int?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Several sizes in one call, each HEIGHTxWIDTH or one number for a square.", valueName: "HxW"))
    var imageSizes: [String] = []

    @Option(
        parsing: .unconditional, help: ArgumentHelp("What the random numbers start from, as in torch.", valueName: "N"))
    var seed: UInt64 = 0

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Pictures of each size; picture i uses the seed + i.", valueName: "N"))
    var count = 1

    /// The requested sizes; from an existing picture twice its size unless asked for.
    func sizes(from initial: InitialPicture? = nil) throws(RequestError) -> [Extent] {
        guard !imageSizes.isEmpty else {
            return [
                initial?.target(height: height, width: width) ?? Extent(height: height ?? 1024, width: width ?? 1024)
            ]
        }
        if width != nil || height != nil {
            throw RequestError(
                option: "--image-sizes", problem: "it was given together with --width or --height",
                remedy: "use one or the other")
        }
        var sizes: [Extent] = []
        for text in imageSizes {
            guard let size = Extent(option: text) else {
                throw RequestError(
                    option: "--image-sizes", problem: "'\(text)' is not a size", remedy: "write 2048x1024, height first"
                )
            }
            sizes.append(size)
        }
        return sizes
    }
}

extension Extent {
    /// `HEIGHTxWIDTH`, or one number for a square.
    init?(option text: String) {
        let numbers = text.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(numbers.count), let height = numbers[0], let width = numbers[numbers.count - 1] else {
            return nil
        }
        self.init(height: height, width: width)
    }
}

/// How it is sampled.
struct SamplingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("apldm, or direct for plain sampling at the target size.", valueName: "METHOD"))
    var method: MethodKind = .apldm

    @Option(
        name: [.customLong("num-inference-steps"), .customLong("steps")],
        help: ArgumentHelp("Steps of stage one.", valueName: "N"))
    var steps = 50

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Classifier-free guidance; 1 switches it off (default 7.5).", valueName: "SCALE"))
    var guidanceScale: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Share of the guided prediction's deviation brought back, 0 to 1.", valueName: "SHARE"))
    var guidanceRescale = 0.0

    @Option(help: ArgumentHelp("euler, euler_a, ddim or dpmpp_2m.", valueName: "NAME"))
    var sampler = "euler"

    @Option(
        help: ArgumentHelp("leading, linspace or trailing; otherwise as the model's folder says.", valueName: "SPACING")
    )
    var timestepSpacing: TimestepSpacing?

    @Option(
        help: ArgumentHelp("epsilon, v_prediction or sample; otherwise as the model's folder says.", valueName: "TYPE"))
    var predictionType: PredictionType?

    @Flag(inversion: .prefixedNo, help: "Karras' noise levels (euler, dpmpp_2m); otherwise as the model's folder says.")
    var karrasSigmas: Bool?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Edge of stage one's square; otherwise the model's own.", valueName: "PIXELS"))
    var nativeSize: Int?

    @Option(
        help: ArgumentHelp("How stage sizes are rounded: fixed, official or paper (default fixed).", valueName: "MODE"))
    var sizeMode: SizeSchedule.Mode?
}

/// AP-LDM's parameters in the paper's terms.
struct PaperOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Strength of attentive guidance; 0 switches it off (default 0.004).", valueName: "X"))
    var gamma: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Share of stage one's steps before guidance begins (default 0.06).", valueName: "X"))
    var eta1: Double?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Share of the steps each sub-stage runs; by the ratio of areas otherwise.", valueName: "X"))
    var eta2: [Double] = []

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Exponent of the guidance's decay (default 3).", valueName: "X"))
    var beta: Double?

    @Option(
        help: ArgumentHelp(
            "What the attention's dot products are divided by (default: the root of the channels).", valueName: "X"))
    var lambda: Double?

    @Option(
        help: ArgumentHelp("raw, or vp to see the latents at the paper's variance (default raw).", valueName: "SPACE"))
    var attnGuidanceSpace: AttentiveGuidance.Space = .raw
}

/// AP-LDM's parameters under the names of the official code.
struct OfficialOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("'official' reproduces the official code where it differs.", valueName: "official"))
    var compat: Compatibility?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Share of the steps each sub-stage leaves out.", valueName: "X"))
    var initRates: [Double] = []

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Steps of which each sub-stage runs the last ones.", valueName: "N")
    )
    var numResampleTimesteps: Int?

    @Option(parsing: .unconditional, help: ArgumentHelp("Strength of attentive guidance.", valueName: "X"))
    var attnGuidanceScale: Double?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "'all', or the guided share of each stretch of stage one, the last steps first.", valueName: "X"))
    var attnGuidanceDensity: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Kind (linear, cosine, exp), minimum and factor.", valueName: "KIND MIN FACTOR"))
    var attnGuidanceDecay: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Kind (linear, cosine, exp) and first window.", valueName: "KIND START"))
    var attnGuidanceFilter: [String] = []

    @Option(parsing: .unconditional, help: ArgumentHelp("0, 1 (mean and variance) or 2 (variance).", valueName: "MODE"))
    var powerCalibrate = 0

    @Flag(inversion: .prefixedNo, help: "Encode large pictures of stage two in diffusers' tiles.")
    var multiEncoder: Bool?

    @Flag(inversion: .prefixedNo, help: "Decode large pictures of stage two in the official tiles.")
    var multiDecoder: Bool?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Pixels from which --multi-encoder tiles (default 2048*2048).", valueName: "PIXELS"))
    var encoderLimitArea: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Pixels above which --multi-decoder tiles (default 2048*2048).", valueName: "PIXELS"))
    var decoderLimitArea: Int?

    @Option(
        help: ArgumentHelp(
            "exact (default), whole for one tile of everything, or paper for the official tiles at every size.",
            valueName: "TILING"))
    var vaeTiling: VAETiling?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Longest edge of exact tiles in latent cells (default 64); part of the picture's identity.", valueName: "N")
    )
    var tileCore: Int?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Accepted for compatibility; only 'cpu' can be had.", valueName: "ID"))
    var gpuIds: [String] = []

    @Flag(help: "Accepted for compatibility; the models are on the CPU already.")
    var modelsToCpu = false

    @Option(help: ArgumentHelp("Accepted for compatibility; only 'vanilla' exists.", valueName: "TYPE"))
    var attnType = "vanilla"

    enum Compatibility: String, ExpressibleByArgument, CaseIterable {
        case official
    }

    enum VAETiling: String, ExpressibleByArgument, CaseIterable {
        case exact, whole, paper
    }
}

/// Where results go.
struct OutputOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The picture (.png), or the final latents (.safetensors); several get size and seed added.",
            valueName: "FILE"))
    var output = "out.png"

    @Option(
        help: ArgumentHelp(
            "Start from these latents instead of the seed's noise: 'latents', unscaled, channels first.",
            valueName: "FILE"))
    var latents: String?

    @Option(
        help: ArgumentHelp("Write every intermediate tensor; all are kept in memory until the end.", valueName: "FILE"))
    var dump: String?

    @Flag(help: "Print stages, work, memory and an estimate of the time, and render nothing.")
    var plan = false

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    @Flag(help: "No progress.")
    var quiet = false
}

extension MethodKind: ExpressibleByArgument {}
extension TimestepSpacing: ExpressibleByArgument {}
extension PredictionType: ExpressibleByArgument {}
extension SizeSchedule.Mode: ExpressibleByArgument {}
extension AttentiveGuidance.Space: ExpressibleByArgument {}
