/// torch's random numbers on a CPU: the stream of `torch.Generator().manual_seed(seed)`.
///
/// A value: a copy continues from the same place, so a lost step can be drawn again. Bits and uniforms equal
/// torch's; normals agree to a few units in the last place (see ``randn(count:)``).
public struct TorchGenerator: Sendable, Hashable {
    private var engine: MersenneTwister
    /// The second of the last pair of normals drawn one by one, in binary64 as torch keeps it.
    var pendingNormal: Double?

    /// A generator as after `torch.manual_seed(seed)`; torch uses the lower 32 bits of a seed.
    public init(seed: UInt64) {
        engine = MersenneTwister(seed: UInt32(truncatingIfNeeded: seed))
    }

    /// The next 32 bits of the Mersenne Twister.
    public mutating func nextBits32() -> UInt32 { engine.next() }

    /// The next 64 bits: two draws, the first one the upper half.
    public mutating func nextBits64() -> UInt64 {
        let upper = UInt64(engine.next())
        return upper << 32 | UInt64(engine.next())
    }

    /// A uniform number in [0, 1) as an element of `torch.rand(n)`: 24 bits of one draw.
    public mutating func nextUniform() -> Float { Float(engine.next() & 0xff_ffff) * 0x1p-24 }

    /// A uniform number in [0, 1) as an element of `torch.rand(n, dtype=torch.float64)`: 53 bits of two draws.
    public mutating func nextUniform64() -> Double { Double(nextBits64() & 0x1f_ffff_ffff_ffff) * 0x1p-53 }
}
