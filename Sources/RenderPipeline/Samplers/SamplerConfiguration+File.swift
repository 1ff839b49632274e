public import DiffusionModels
import FoundationEssentials

extension SamplerConfiguration {
    /// Reads a model folder's `scheduler_config.json`.
    ///
    /// - Throws: `ModelError` naming the file, and the setting where there is one.
    public init(schedulerFile path: String) throws(ModelError) {
        let data = try BoundedFile.read(path: path, limit: 1 << 20)
        do throws(RequestError) {
            try self.init(json: data)
        } catch {
            throw ModelError(
                .configuration, file: path, subject: error.option, found: error.problem, remedy: error.remedy)
        }
    }
}
