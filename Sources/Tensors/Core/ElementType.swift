/// How one number is stored in a file, in a parameter or on the wire.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
    /// IEEE 754 binary64.
    case float64 = "F64"
    /// IEEE 754 binary32: what the engine computes in.
    case float32 = "F32"
    /// IEEE 754 binary16.
    case float16 = "F16"
    /// The upper half of a binary32.
    case bfloat16 = "BF16"
    /// Two's complement, 64 bits.
    case int64 = "I64"
    /// Two's complement, 32 bits.
    case int32 = "I32"
    /// Two's complement, 16 bits.
    case int16 = "I16"
    /// Two's complement, 8 bits.
    case int8 = "I8"
    /// Unsigned, 8 bits.
    case uint8 = "U8"
    /// One byte, zero or one.
    case bool = "BOOL"

    /// Bytes an element takes.
    public var byteWidth: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16, .int16: 2
        case .int8, .uint8, .bool: 1
        }
    }

    /// Whether model weights may be stored this way.
    public var isWeightType: Bool {
        switch self {
        case .float32, .float16, .bfloat16: true
        default: false
        }
    }
}
