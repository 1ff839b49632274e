/// Random numbers of one part of a scene: a stream of its own for every part, so that what one part draws never moves
/// another. SplitMix64 (Steele, Lea and Flood, 2014) over a seed that the part's key is mixed into.
struct SceneRandom: RandomNumberGenerator {
    private var state: UInt64

    /// - Parameters:
    ///   - seed: the scene's.
    ///   - key: which part draws.
    ///   - index: which of several of its kind.
    init(seed: UInt64, key: UInt64, index: Int = 0) {
        state = seed
        // Neighbouring seeds and keys differ in a few low bits; a step of the generator between them spreads those.
        for word in [key, UInt64(truncatingIfNeeded: index)] { state = next() ^ word }
    }

    /// The next 64 bits.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A number of the range, every one as likely as any other.
    mutating func uniform(_ range: ClosedRange<Float> = 0...1) -> Float {
        range.lowerBound + (range.upperBound - range.lowerBound) * Float(next() >> 40) * 0x1p-24
    }

    /// Mean 0 and deviation 1, as the sum of four uniform numbers of 16 bits: textures need no tails, and it takes
    /// neither logarithm nor sine.
    mutating func normal() -> Float {
        let word = next()
        let sum = (word & 0xFFFF) + (word >> 16 & 0xFFFF) + (word >> 32 & 0xFFFF) + (word >> 48)
        return (Float(sum) * 0x1p-16 - 2) * Float(3).squareRoot()
    }

    /// One of the choices.
    ///
    /// - Precondition: there is one.
    mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int(next() % UInt64(choices.count))]
    }

    /// One of the choices, each as likely as its weight says.
    ///
    /// - Precondition: there is one.
    mutating func pick<Choice>(_ choices: [(Choice, weight: Float)]) -> Choice {
        var rest = uniform() * choices.reduce(0) { $0 + $1.weight }
        for (choice, weight) in choices.dropLast() {
            if rest < weight { return choice }
            rest -= weight
        }
        return choices[choices.count - 1].0
    }

    /// Whether something of this probability happens.
    mutating func happens(_ probability: Float) -> Bool { uniform() < probability }
}
