/// The 32-bit Mersenne Twister MT19937 of Matsumoto and Nishimura, seeded by their 2002 recurrence
/// (C++ `std::mt19937`, torch `at::mt19937`).
struct MersenneTwister: Sendable, Hashable {
    private static let length = 624
    private static let middle = 397

    private var words: [UInt32]
    private var position = Self.length

    init(seed: UInt32) {
        words = [UInt32](repeating: seed, count: Self.length)
        for index in 1..<Self.length {
            let previous = words[index - 1]
            words[index] = 1_812_433_253 &* (previous ^ (previous >> 30)) &+ UInt32(index)
        }
    }

    /// The next 32 random bits.
    mutating func next() -> UInt32 {
        if position == Self.length { regenerate() }
        var word = words[position]
        position += 1
        word ^= word >> 11
        word ^= (word << 7) & 0x9d2c_5680
        word ^= (word << 15) & 0xefc6_0000
        return word ^ (word >> 18)
    }

    private mutating func regenerate() {
        for index in 0..<Self.length {
            let following = words[(index + 1) % Self.length]
            let joined = (words[index] & 0x8000_0000) | (following & 0x7fff_ffff)
            let twisted = (joined >> 1) ^ (joined & 1 == 0 ? 0 : 0x9908_b0df)
            words[index] = words[(index + Self.middle) % Self.length] ^ twisted
        }
        position = 0
    }
}
