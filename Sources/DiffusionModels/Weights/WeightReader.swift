package import Tensors

/// Hands out a component's tensors by name, checks each against what the configuration says, and remembers which
/// were taken.
///
/// A reader by itself throws at the first problem. ``read(_:aliases:ignored:_:)`` builds a model and, if that fails,
/// goes on to find all problems, so that the user sees at once whether one tensor is missing or the file is of
/// another model.
package final class WeightReader: WeightSource {
    private let files: WeightFiles
    private let aliases: [WeightAlias]
    private let ignored: (String) -> Bool
    private var taken: Set<String> = []
    /// Set while problems are collected instead of thrown.
    private var problems: WeightProblems?

    /// - Parameters:
    ///   - files: where the tensors are.
    ///   - aliases: older names for parts of the model.
    ///   - ignored: whether a tensor that the model does not use is known to be of no use.
    package init(files: WeightFiles, aliases: [WeightAlias] = [], ignored: @escaping (String) -> Bool = { _ in false })
    {
        self.files = files
        self.aliases = aliases
        self.ignored = ignored
    }

    /// Builds a model from `files`, and reports what it made no use of.
    ///
    /// - Throws: the first problem `make` runs into, and how many more there are of its kind.
    package static func read<Model>(
        _ files: WeightFiles, aliases: [WeightAlias] = [], ignored: @escaping (String) -> Bool = { _ in false },
        _ make: (WeightScope) throws(ModelError) -> Model
    ) throws(ModelError) -> (model: Model, report: WeightReport) {
        let reader = WeightReader(files: files, aliases: aliases, ignored: ignored)
        do {
            return (try make(reader.root), reader.finish())
        } catch {
            guard WeightProblems.canCollect(error) else { throw error }
            // The model of this second run has stand-ins for what is missing, and is thrown away.
            let surveyor = WeightReader(files: files, aliases: aliases, ignored: ignored)
            surveyor.problems = WeightProblems()
            let isComplete = (try? make(surveyor.root)) != nil
            let unused = surveyor.finish().unknown
            throw surveyor.problems?.summary(place: files.place, unused: unused, isComplete: isComplete) ?? error
        }
    }

    /// The place that the names in the files start from.
    package var root: WeightScope { WeightScope(source: self, path: "") }

    /// What nobody has asked for.
    package func finish() -> WeightReport {
        let rest = files.names.filter { !taken.contains($0) }.sorted()
        return WeightReport(
            takenCount: taken.count, unknown: rest.filter { !ignored($0) }, ignored: rest.filter(ignored),
            place: files.place)
    }

    /// Whether the tensor is there, under this or an older name.
    package func contains(_ name: String) -> Bool { files.file(of: name) != nil || !olderNames(of: name).isEmpty }

    /// The tensor `name`, checked.
    package func parameter(_ name: String, shape: [Int]) throws(ModelError) -> Parameter {
        do {
            return try checkedParameter(name, shape: shape)
        } catch {
            guard let standIn = problems?.collect(error, shape: shape) else { throw error }
            return standIn
        }
    }

    private func checkedParameter(_ name: String, shape: [Int]) throws(ModelError) -> Parameter {
        let (file, storedName, alias) = try find(name, shape: shape)
        taken.insert(storedName)
        let parameter: Parameter
        do {
            parameter = try file.parameter(storedName)
        } catch {
            throw ModelError(error)
        }
        let isConvolution = alias?.mayBeConvolution == true && shape.count == 2 && parameter.shape == shape + [1, 1]
        guard parameter.shape == shape || isConvolution else {
            throw ModelError(
                .wrongShape, file: file.path, subject: storedName, expected: "\(shape)", found: "\(parameter.shape)",
                remedy: "use the config.json that belongs to these weights")
        }
        if problems == nil, parameter.hasNonFiniteElement {
            throw ModelError(
                .nonFinite, file: file.path, subject: storedName, expected: "numbers", found: "an infinity or NaN",
                remedy:
                    "the file is damaged or was converted to too narrow a type: fetch it again, or use another variant")
        }
        return isConvolution ? parameter.reshaped(shape) : parameter
    }

    private func find(
        _ name: String, shape: [Int]
    ) throws(ModelError) -> (file: SafetensorsFile, name: String, alias: WeightAlias?) {
        let older = olderNames(of: name)
        if let file = files.file(of: name) {
            guard older.isEmpty else {
                throw ModelError(
                    .ambiguous, file: file.path, subject: name, expected: "one of the names of this tensor",
                    found: "\(older[0].name.quoted) as well", remedy: "convert the model again")
            }
            return (file, name, nil)
        }
        guard let stored = older.first, let file = files.file(of: stored.name) else {
            throw ModelError(
                .missingTensor, file: files.place, subject: name, expected: "a tensor of shape \(shape)",
                found: "\(files.names.count) other names", remedy: "use the config.json that belongs to these weights")
        }
        return (file, stored.name, stored.alias)
    }

    /// The older names under which the files have the tensor.
    private func olderNames(of name: String) -> [(name: String, alias: WeightAlias)] {
        aliases.compactMap { alias in
            guard let older = alias.olderName(of: name), files.file(of: older) != nil else { return nil }
            return (older, alias)
        }
    }
}
