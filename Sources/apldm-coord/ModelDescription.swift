import DiffusionModels
import FoundationEssentials
import RenderPipeline

/// What `model inspect` prints.
struct ModelDescription: Encodable {
    private var name: String
    private var folder: String
    private var family: String
    /// The digest of the model's files, see `ModelFiles`.
    var sha256 = ""
    private var nativeSize: Int
    private var predictionType: String
    private var contextWidth: Int
    private var latentChannels: Int
    private var pixelsPerCell: Int
    private var unetChannels: [Int]
    private var components: [Component]

    private struct Component: Encodable {
        var name: String
        var parameters: Int
        var elementTypes: [String]
        var files: [String]
        var ignored: [String]
        var unknown: [String]
    }

    init(_ model: DiffusionModel) throws {
        let scheduler = try SamplerConfiguration(schedulerFile: model.schedulerConfigurationPath)
        do throws(RequestError) {
            _ = try SamplerKind.euler.sampler(configuration: scheduler, steps: 1)
        } catch {
            throw ModelError(
                .configuration, file: model.schedulerConfigurationPath, subject: error.option, found: error.problem,
                remedy: error.remedy)
        }
        name = model.name
        folder = model.folder
        family = model.family.name
        nativeSize = model.nativeSize
        predictionType = (scheduler.predictionType ?? .epsilon).rawValue
        contextWidth = model.prompts.contextWidth
        latentChannels = model.autoencoder.configuration.latentChannels
        pixelsPerCell = model.autoencoder.configuration.factor
        unetChannels = model.unet.configuration.levels.map(\.channels)
        components = model.reports.map {
            Component(
                name: $0.component, parameters: $0.parameterCount, elementTypes: $0.elementTypes,
                files: $0.files.map { String($0.split(separator: "/").last ?? "") }, ignored: $0.ignored,
                unknown: $0.unknown)
        }
    }

    func text() -> String {
        var lines = [
            "\(name): \(family), trained at \(nativeSize)x\(nativeSize), predicts \(predictionType)",
            "folder          \(folder)",
            "digest          \(sha256)",
            "text            \(contextWidth) wide",
            "latents         \(latentChannels) channels, \(pixelsPerCell) pixels a cell",
            "UNet levels     \(unetChannels.map(String.init).joined(separator: ", ")) channels",
        ]
        for component in components {
            let millions = Double(component.parameters / 10_000) / 100
            lines.append(
                component.name.padded(to: 16) + "\(millions) M parameters, "
                    + component.elementTypes.joined(separator: "/") + ", " + component.files.joined(separator: ", "))
            if !component.ignored.isEmpty {
                lines.append("".padded(to: 16) + "known and not needed: " + component.ignored.joined(separator: ", "))
            }
            if !component.unknown.isEmpty {
                lines.append("".padded(to: 16) + "unknown: " + component.unknown.joined(separator: ", "))
            }
        }
        return lines.joined(separator: "\n")
    }
}

extension String {
    /// The text with spaces up to `width` characters.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
