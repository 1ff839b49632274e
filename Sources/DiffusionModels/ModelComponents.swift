import FoundationEssentials
import Tensors

/// What was found in the files of one component.
public struct ComponentReport: Sendable, Hashable {
    /// The component's folder name: `unet`, `vae`, `text_encoder`, `text_encoder_2`.
    public var component: String
    /// The paths of its weight files.
    public var files: [String]
    /// Which of several variants of its weights was read: `full`, `fp16` or what stands in the file names.
    public var variant: String
    /// Tensors that are known and not needed.
    public var ignored: [String]
    /// Tensors that nothing is known about.
    public var unknown: [String]
    /// How many numbers its weights hold.
    public var parameterCount: Int
    /// How its weights are stored, for example `F16`; sorted, each once.
    public var elementTypes: [String]
}

/// One component of a model folder and what its files held.
public struct LoadedComponent<Component: Sendable>: Sendable {
    /// The network, ready to run.
    public var network: Component
    /// What was found.
    public var report: ComponentReport

    /// Reads `config.json` and the weights in `folder` and checks one against the other.
    fileprivate init(
        folder: String, stem: String, variant: String?, aliases: [WeightAlias] = [],
        ignored: @escaping (String) -> Bool = { _ in false },
        build: (ConfigurationFile, WeightScope) throws(ModelError) -> Component
    ) throws(ModelError) {
        let configuration = try ConfigurationFile(path: folder + "/config.json")
        let files = try WeightFiles(component: URL(filePath: folder), stem: stem, variant: variant)
        let (network, remains) = try WeightReader.read(files, aliases: aliases, ignored: ignored) {
            root throws(ModelError) in try build(configuration, root)
        }
        self.network = network
        let descriptors = files.files.flatMap { $0.tensors.values }
        report = ComponentReport(
            component: URL(filePath: folder).lastPathComponent, files: files.files.map(\.path),
            variant: "\(files.variant)",
            ignored: remains.ignored, unknown: remains.unknown,
            parameterCount: descriptors.reduce(0) { $0 + $1.shape.reduce(1, *) },
            elementTypes: Set(descriptors.map(\.elementType.rawValue)).sorted())
    }
}

extension UNet {
    /// Reads a UNet's folder.
    ///
    /// - Parameters:
    ///   - folder: with `config.json` and `diffusion_pytorch_model.safetensors`, single or sharded.
    ///   - variant: `fp16` for `diffusion_pytorch_model.fp16.safetensors`, `full` for the file without a variant in its
    ///     name; nil for that one or else the only variant there is.
    /// - Returns: the UNet and a report on its files.
    /// - Throws: ``ModelError`` naming the file and the tensor or the configuration key that is missing, malformed,
    ///   unsupported or does not fit the rest.
    public static func load(folder: String, variant: String? = nil) throws(ModelError) -> LoadedComponent<UNet> {
        try LoadedComponent(folder: folder, stem: "diffusion_pytorch_model", variant: variant) {
            file, weights throws(ModelError) in try UNet(weights, UNetConfiguration(file))
        }
    }
}

extension Autoencoder {
    /// Reads an autoencoder's folder; the attention's tensors may have the names of before 2023.
    ///
    /// - Parameters:
    ///   - folder: with `config.json` and `diffusion_pytorch_model.safetensors`, single or sharded.
    ///   - variant: `fp16` for `diffusion_pytorch_model.fp16.safetensors`, `full` for the file without a variant in its
    ///     name; nil for that one or else the only variant there is.
    /// - Returns: the autoencoder and a report on its files.
    /// - Throws: ``ModelError`` naming the file and the tensor or the configuration key that is missing, malformed,
    ///   unsupported or does not fit the rest.
    public static func load(
        folder: String, variant: String? = nil
    ) throws(ModelError) -> LoadedComponent<Autoencoder> {
        try LoadedComponent(
            folder: folder, stem: "diffusion_pytorch_model", variant: variant, aliases: .vaeAttention
        ) { file, weights throws(ModelError) in try Autoencoder(weights, AutoencoderConfiguration(file)) }
    }
}

extension CLIPTextEncoder {
    /// Reads a text encoder's folder.
    ///
    /// - Parameters:
    ///   - folder: with `config.json` and `model.safetensors`, single or sharded.
    ///   - variant: `fp16` for `model.fp16.safetensors`, `full` for the file without a variant in its
    ///     name; nil for that one or else the only variant there is.
    /// - Returns: the text encoder and a report on its files.
    /// - Throws: ``ModelError`` naming the file and the tensor or the configuration key that is missing, malformed,
    ///   unsupported or does not fit the rest.
    public static func load(
        folder: String, variant: String? = nil
    ) throws(ModelError) -> LoadedComponent<CLIPTextEncoder> {
        try LoadedComponent(folder: folder, stem: "model", variant: variant, ignored: KnownExtras.ofTextEncoder) {
            file, weights throws(ModelError) in try CLIPTextEncoder(weights, TextEncoderConfiguration(file))
        }
    }
}
