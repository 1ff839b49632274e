import CKernels

/// Elementary functions whose bits do not depend on the host's C library: everything that can reach a picture
/// uses these. Accurate to about two units in the last place, but for ``pow(_:_:)``.
package enum Elementary {
    /// eˣ.
    package static func exp(_ x: Double) -> Double { ck_exp(x) }
    /// The natural logarithm; −∞ at 0, not-a-number below.
    package static func log(_ x: Double) -> Double { ck_log(x) }
    /// The sine of `x` radians, |x| ≤ 10⁶.
    package static func sin(_ x: Double) -> Double { ck_sin(x) }
    /// The cosine of `x` radians, |x| ≤ 10⁶.
    package static func cos(_ x: Double) -> Double { ck_cos(x) }
    /// `base` raised to `exponent`, for `base` ≥ 0; 0⁰ = 1. The relative error is about 10⁻¹⁵·|exponent·ln base|.
    package static func pow(_ base: Double, _ exponent: Double) -> Double { ck_pow(base, exponent) }
}
