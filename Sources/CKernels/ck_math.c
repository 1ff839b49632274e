#include "ck_math.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static double from_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t to_bits(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

// ln 2 in two parts; the first has 32 trailing zero bits so that n·LN2_HIGH is exact for |n| < 2^20.
static const double LN2_HIGH = 0x1.62e42fee00000p-1;
static const double LN2_LOW = 0x1.a39ef35793c76p-33;

// x = n·ln 2 + r with |r| ≤ ln 2 / 2; eʳ by its Taylor series, whose 14th term is below 2^-60 there.
double ck_exp(double x) {
    if (!(x < 709.8)) return x != x ? x : INFINITY;
    if (x < -745.2) return 0;
    double n = nearbyint(x * 0x1.71547652b82fep0);
    double r = (x - n * LN2_HIGH) - n * LN2_LOW;
    double p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    double result = 1.0 + (r + r * r * p);
    // Two exact scalings, so that subnormal results are rounded only once.
    int64_t whole = (int64_t)n, half = whole / 2;
    return result * from_bits((uint64_t)(1023 + half) << 52) * from_bits((uint64_t)(1023 + whole - half) << 52);
}

// x = 2^n·m with m in [√½, √2); ln m = 2 artanh(s) with s = (m − 1)/(m + 1), |s| < 0.172.
double ck_log(double x) {
    if (x != x || x < 0) return NAN;
    if (x == 0) return -INFINITY;
    if (isinf(x)) return x;
    int64_t n = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        n = -54;
    }
    uint64_t bits = to_bits(x);
    n += (int64_t)(bits >> 52) - 1023;
    double m = from_bits((bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL);
    if (m > 0x1.6a09e667f3bcdp0) {
        m *= 0.5;
        n += 1;
    }
    double f = m - 1.0, s = f / (2.0 + f), z = s * s;
    double p = 2.0 / 23.0;
    p = p * z + 2.0 / 21.0;
    p = p * z + 2.0 / 19.0;
    p = p * z + 2.0 / 17.0;
    p = p * z + 2.0 / 15.0;
    p = p * z + 2.0 / 13.0;
    p = p * z + 2.0 / 11.0;
    p = p * z + 2.0 / 9.0;
    p = p * z + 2.0 / 7.0;
    p = p * z + 2.0 / 5.0;
    p = p * z + 2.0 / 3.0;
    // ln m = f − f²/2 + s·(f²/2 + z·p): the form that keeps the leading term exact.
    double half_square = 0.5 * f * f;
    double k = (double)n;
    return k * LN2_HIGH - ((half_square - (s * (half_square + z * p) + k * LN2_LOW)) - f);
}

// π/2 in three parts of 33 bits and a rest: n times each part is exact for |n| < 2^20.
static const double HALF_PI_1 = 0x1.921fb54400000p0;
static const double HALF_PI_2 = 0x1.0b4611a600000p-34;
static const double HALF_PI_3 = 0x1.3198a2e037073p-69;

static double sine_polynomial(double r) {
    double z = r * r;
    double p = 1.0 / 355687428096000.0;
    p = p * z - 1.0 / 1307674368000.0;
    p = p * z + 1.0 / 6227020800.0;
    p = p * z - 1.0 / 39916800.0;
    p = p * z + 1.0 / 362880.0;
    p = p * z - 1.0 / 5040.0;
    p = p * z + 1.0 / 120.0;
    p = p * z - 1.0 / 6.0;
    return r + r * z * p;
}

static double cosine_polynomial(double r) {
    double z = r * r;
    double p = 1.0 / 20922789888000.0;
    p = p * z - 1.0 / 87178291200.0;
    p = p * z + 1.0 / 479001600.0;
    p = p * z - 1.0 / 3628800.0;
    p = p * z + 1.0 / 40320.0;
    p = p * z - 1.0 / 720.0;
    p = p * z + 1.0 / 24.0;
    double half = 0.5 * z, whole = 1.0 - half;
    return whole + (((1.0 - whole) - half) + z * z * p);
}

static double quarter_turns(double x, int shift) {
    if (!(fabs(x) <= 0x1p52)) return NAN;  // as an integer, n would be undefined
    double n = nearbyint(x * 0x1.45f306dc9c883p-1);
    double r = ((x - n * HALF_PI_1) - n * HALF_PI_2) - n * HALF_PI_3;
    switch (((int64_t)n + shift) & 3) {
        case 0: return sine_polynomial(r);
        case 1: return cosine_polynomial(r);
        case 2: return -sine_polynomial(r);
        default: return -cosine_polynomial(r);
    }
}

double ck_sin(double x) { return quarter_turns(x, 0); }

double ck_cos(double x) { return quarter_turns(x, 1); }

double ck_pow(double x, double y) {
    if (y == 0) return 1;
    if (x == 0 && y == y) return y > 0 ? 0 : INFINITY;
    if (x == 1) return 1;
    return ck_exp(y * ck_log(x));
}
