/// One of several packagings of the same weights in a folder (diffusers `variant`).
public enum WeightVariant: Sendable, Hashable, CustomStringConvertible {
    /// The files without a variant in their names, usually of 32-bit floats.
    case full
    /// The files with `.fp16` in their names.
    case fp16
    /// Any other, for example `non_ema`.
    case named(String)

    /// The variant that the user calls `name`: `full`, `fp16` or what stands in the file names.
    public init(_ name: String) {
        self =
            switch name {
            case "full": .full
            case "fp16": .fp16
            default: .named(name)
            }
    }

    /// As the user spells it.
    public var description: String {
        switch self {
        case .full: "full"
        case .fp16: "fp16"
        case .named(let name): name
        }
    }
}
