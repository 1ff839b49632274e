import RenderPipeline

/// A way to a picture that is looked at, with its settings.
public struct EvaluatedMethod: Sendable, Hashable {
    /// What kind of way.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// AP-LDM as it is.
        case apldm
        /// AP-LDM without attentive guidance in stage one.
        case unguided
        /// AP-LDM with stage two in windows.
        case windows
        /// Stage one alone, enlarged by bicubic interpolation.
        case bicubic
        /// Plain sampling at the target size.
        case direct
    }

    /// A setting that takes several values.
    public enum Parameter: String, Sendable, Hashable, Codable, CaseIterable {
        case gamma, eta1, eta2
    }

    /// Which way.
    public var kind: Kind
    /// A setting other than AP-LDM's own.
    public var setting: Setting?

    /// One value of a setting.
    public struct Setting: Sendable, Hashable {
        /// Which.
        public var parameter: Parameter
        /// Its value; of `eta2`, that of every sub-stage.
        public var value: Double

        /// - Parameters:
        ///   - parameter: which.
        ///   - value: its value.
        public init(_ parameter: Parameter, _ value: Double) {
            self.parameter = parameter
            self.value = value
        }
    }

    /// - Parameters:
    ///   - kind: which way.
    ///   - setting: a setting other than AP-LDM's own.
    public init(_ kind: Kind, _ setting: Setting? = nil) {
        self.kind = kind
        self.setting = setting
    }

    /// What it is called in reports and in the names of folders.
    public var name: String { setting.map { "\($0.parameter.rawValue)=\($0.value)" } ?? kind.rawValue }

    /// What is rendered for a scene; for bicubic interpolation, what is enlarged.
    func request(_ scene: Scene, _ settings: EvaluationSettings, native: Int) -> RenderRequest {
        let edge = kind == .bicubic ? native : settings.edge
        var request = RenderRequest(
            prompt: scene.caption(), size: Extent(height: edge, width: edge), seed: scene.seed)
        request.steps = settings.steps
        request.guidanceScale = settings.guidanceScale
        switch kind {
        case .apldm, .bicubic: break
        case .unguided: request.attentiveGuidance = .off
        case .windows: request.latentWindows = LatentWindowRule()
        case .direct: request.method = .direct
        }
        switch setting?.parameter {
        case .gamma: request.attentiveGuidance.scale = setting?.value ?? 0
        case .eta1: request.attentiveGuidance.form = .paper(delay: setting?.value ?? 0, exponent: 3)
        case .eta2:
            let ratio = Double(edge * edge) / Double(native * native)
            request.substages = SubstageStart.defaults(areaRatio: ratio).map { _ in .eta2(setting?.value ?? 0) }
        case nil: break
        }
        return request
    }
}
