/// How stage one is guided by self-attention over its own latents (AP-LDM, section 3.2).
public struct AttentiveGuidance: Sendable, Hashable {
    /// The space in which the attention sees the latents.
    public enum Space: String, Sendable, Hashable, CaseIterable {
        /// The sampler's own, as the official code has it.
        case raw
        /// Scaled to the variance of the paper's algorithm.
        case variancePreserving = "vp"
    }

    /// What a filter's window is measured in.
    public enum FilterUnit: String, Sendable, Hashable, CaseIterable {
        /// Pixels, as the official code has it: windows leave the spectrum and wrap.
        case official
        /// Latent cells.
        case latent
    }

    /// γ, the weight of the guidance; 0 switches it off.
    public var scale: Double
    /// Which steps are guided, and how γ falls.
    public var form: GuidanceForm
    /// λ, what the dot products are divided by; nil means the root of the number of channels.
    public var temperature: Double?
    /// The official code's `power_calibrate`: 0, 1 or 2.
    public var powerCalibrate: Int
    /// A filter on what is attended to.
    public var filter: FrequencyFilter?
    /// What the filter's window is measured in.
    public var filterUnit: FilterUnit
    /// The space in which the attention sees the latents.
    public var space: Space

    /// The paper's settings, unless given otherwise.
    public init(
        scale: Double = 0.004, form: GuidanceForm = .paper(delay: 0.06, exponent: 3), temperature: Double? = nil,
        powerCalibrate: Int = 0, filter: FrequencyFilter? = nil, filterUnit: FilterUnit = .latent, space: Space = .raw
    ) {
        self.scale = scale
        self.form = form
        self.temperature = temperature
        self.powerCalibrate = powerCalibrate
        self.filter = filter
        self.filterUnit = filterUnit
        self.space = space
    }

    /// No guidance.
    public static let off = AttentiveGuidance(scale: 0)
}
