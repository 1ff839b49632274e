import Tensors

/// The problems of one component, collected so that the user is told of all at once.
struct WeightProblems {
    /// The most elements that the stand-ins have together: 256 MiB.
    private static let standInLimit = 64 << 20

    private var errors: [ModelError] = []
    private var standInCount = 0

    /// Whether it makes sense to go on after `error` and look for more of the kind.
    static func canCollect(_ error: ModelError) -> Bool {
        switch error.kind {
        case .missingTensor, .wrongShape, .wrongType: true
        default: false
        }
    }

    /// Notes `error` and gives zeros of `shape` to go on with, or nil when that makes no sense.
    mutating func collect(_ error: ModelError, shape: [Int]) -> Parameter? {
        guard Self.canCollect(error) else { return nil }
        errors.append(error)
        var room = Self.standInLimit - standInCount
        for extent in shape where extent != 0 {
            guard extent > 0 else { return nil }
            room /= extent
        }
        guard room > 0 else { return nil }
        standInCount += shape.reduce(1, *)
        return Parameter(Tensor(shape: shape))
    }

    /// One error for all: the first, with the number of others and, if a tensor is missing, the name among those that
    /// the model has no use for that it may have been stored under.
    ///
    /// `unused` are the names in the files that the model did not ask for; `isComplete` says whether it asked for all
    /// that it needs.
    func summary(place: String, unused: [String], isComplete: Bool) -> ModelError? {
        let missing = errors.filter { $0.kind == .missingTensor }
        guard let first = missing.first ?? errors.first else { return nil }
        var findings: [String] = []
        let atLeast = isComplete ? "" : "at least "
        if first.kind == .missingTensor {
            findings.append("no tensor of that name")
            if missing.count > 1 {
                findings.append("\(atLeast)\(missing.count - 1) more missing (\(missing.dropFirst().names.listed))")
            }
        } else {
            findings.append(first.found ?? "another")
        }
        let others = errors.filter { $0 != first && $0.kind != .missingTensor }
        if !others.isEmpty { findings.append("\(atLeast)\(others.count) more of the wrong shape or type") }
        if !unused.isEmpty, isComplete {
            let nearest = first.subject.flatMap { NearName.nearest(to: $0, among: unused) }
            findings.append(
                "\(unused.count) names that the model does not have"
                    + (nearest.map { ", the nearest \($0.quoted)" } ?? ""))
        }
        return ModelError(
            first.kind, file: first.file ?? place, subject: first.subject, expected: first.expected,
            found: findings.joined(separator: "; "), remedy: Self.otherLayout(unused) ?? first.remedy)
    }

    /// What to do about files with these names, if they are of a layout that is not read here.
    static func otherLayout(_ names: [String]) -> String? {
        let original = ["model.diffusion_model.", "first_stage_model.", "cond_stage_model.", "conditioner.embedders."]
        if names.contains(where: { name in original.contains { name.hasPrefix($0) } }) {
            return "this is a checkpoint in the original single-file layout: convert it to the layout of diffusers"
        }
        if names.contains(where: { $0.contains("lora_") || $0.contains(".lora.") }) {
            return "this is a LoRA, a set of changes to a model: merge it into the model first"
        }
        return nil
    }
}

extension Sequence<ModelError> {
    fileprivate var names: [String] { compactMap(\.subject) }
}
