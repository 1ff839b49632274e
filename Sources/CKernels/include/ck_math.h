// Elementary functions whose bits are ours: the C library's change from one release to the next, and a picture
// must not. Plain C, compiled without contraction and without vector-set dispatch, so every host agrees.
// Accuracy: 2 units in the last place or better over the ranges given; tests compare with the C library.
#ifndef CK_MATH_H
#define CK_MATH_H

/// eˣ for every x.
double ck_exp(double x);
/// The natural logarithm of x > 0; −∞ at 0 and not-a-number below.
double ck_log(double x);
/// The sine of |x| ≤ 10⁶ radians; beyond 2⁵² not-a-number.
double ck_sin(double x);
/// The cosine of |x| ≤ 10⁶ radians; beyond 2⁵² not-a-number.
double ck_cos(double x);
/// xʸ for x ≥ 0 (0⁰ = 1), accurate to about 10⁻¹⁵·|y·ln x| relative.
double ck_pow(double x, double y);

#endif
