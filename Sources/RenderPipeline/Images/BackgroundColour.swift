/// What is laid under a transparent picture: an sRGB colour, written `#rrggbb`.
public struct BackgroundColour: Sendable, Hashable, CustomStringConvertible {
    /// Red, green and blue.
    public let levels: [UInt8]

    /// White, what most programs show a transparent picture on.
    public static let white = BackgroundColour(levels: [255, 255, 255])

    private init(levels: [UInt8]) { self.levels = levels }

    /// The colour written as `#rrggbb` in digits of either case; nil for anything else.
    public init?(_ text: String) {
        let digits = Array(text.utf8.dropFirst())
        guard text.utf8.first == UInt8(ascii: "#"), digits.count == 6 else { return nil }
        var levels: [UInt8] = []
        for position in stride(from: 0, to: 6, by: 2) {
            guard let high = Self.digit(digits[position]), let low = Self.digit(digits[position + 1]) else {
                return nil
            }
            levels.append(high << 4 | low)
        }
        self.levels = levels
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// `#rrggbb` in small letters.
    public var description: String { "#" + levels.hexadecimal }
}
