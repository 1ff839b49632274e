/// Red, green and blue, 0...1 and, until the picture is done, beyond.
typealias Colour = SIMD3<Float>

/// From one to the other.
@inline(__always)
func mix(_ first: Colour, _ second: Colour, _ share: Float) -> Colour { first + (second - first) * share }

/// From 0 at the one edge to 1 at the other, without a corner.
@inline(__always)
func smoothStep(_ x: Float, _ low: Float, _ high: Float) -> Float {
    let t = limit((x - low) / (high - low))
    return t * t * (3 - 2 * t)
}

/// `x` limited to 0...1.
@inline(__always)
func limit(_ x: Float) -> Float { min(max(x, 0), 1) }
