// The source of every kernel, included once per instruction set by kernels_*.c, which define
//   CK_LANES     floats in one vector
//   CK_TILE_ROWS rows of a product's tile, whose sums are 2·CK_TILE_ROWS vectors
//   CK_TARGET    the function attribute that enables the instruction set (may be empty)
//   CK_FUSED     1 where a fused multiply-add is one instruction
//   CK_TABLE     the name of the table that this file defines
//   CK_TABLE_NAME its name as a string
//   CK_NUMERICS  the name of the class of tables that give the same bits
// Vectors are the compiler's own vector types: the same text becomes SSE2, AVX2, AVX-512 or NEON code. The order of
// no sum depends on their length, so tables differ only where one has fused multiply-adds and another has not.

#if defined(__x86_64__) && CK_FUSED
#include <immintrin.h>
#endif
#include <math.h>
#include <string.h>

#include "ckernels.h"

#define FN CK_TARGET static
#define INLINE CK_TARGET static inline __attribute__((always_inline))

typedef float vf __attribute__((ext_vector_type(CK_LANES), aligned(4)));
typedef int32_t vi __attribute__((ext_vector_type(CK_LANES), aligned(4)));
typedef double vd __attribute__((ext_vector_type(CK_LANES), aligned(8)));

INLINE vf load(const float *p) { return *(const vf *)p; }
INLINE void store(float *p, vf v) { *(vf *)p = v; }
INLINE vf splat(float v) { return (vf)v; }

// The same bits under the other type.
INLINE vi as_vi(vf v) {
    vi bits;
    memcpy(&bits, &v, sizeof bits);
    return bits;
}
INLINE vf as_vf(vi bits) {
    vf v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

// Loads and stores of the last, shorter vector of a row.
INLINE vf load_part(const float *p, size_t n) {
    vf v = {0};
    memcpy(&v, p, n * sizeof(float));
    return v;
}
INLINE void store_part(float *p, size_t n, vf v) { memcpy(p, &v, n * sizeof(float)); }

#if CK_FUSED
INLINE vf fma_v(vf a, vf b, vf c) { return __builtin_elementwise_fma(a, b, c); }
#else
INLINE vf fma_v(vf a, vf b, vf c) { return a * b + c; }
#endif
// No function: vectors of doubles are twice as long as registers may be, which would change how they are passed.
#if CK_FUSED
#define FMA_D(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
#define FMA_D(a, b, c) ((a) * (b) + (c))
#endif
INLINE vf max_v(vf a, vf b) { return a > b ? a : b; }
INLINE vf min_v(vf a, vf b) { return a < b ? a : b; }

#define LOG2_E 0x1.715476p0f

// 2ⁿ · (1 + a₁r + … + a₅r⁵), where n is what adding it to 3·2²² left in the low bits of `shifted`.
INLINE vf power_of_two_times(vf shifted, vf r, float a5, float a4, float a3, float a2, float a1) {
    vf p = splat(a5);
    p = fma_v(p, r, splat(a4));
    p = fma_v(p, r, splat(a3));
    p = fma_v(p, r, splat(a2));
    p = fma_v(p, r, splat(a1));
    p = fma_v(p, r, splat(1.0f));
    return as_vf(as_vi(p) + (as_vi(shifted) << 23));
}

// eˣ. x = n·ln 2 + r, |r| ≤ ln 2 / 2, eʳ by a minimax polynomial of degree 5 that is 1 at 0 (9·10⁻⁸ before rounding);
// below −87 the result is about 10⁻³⁸.
INLINE vf exp_v(vf x) {
    x = max_v(min_v(x, splat(88.0f)), splat(-87.0f));
    vf shifted = fma_v(x, splat(LOG2_E), splat(12582912.0f));
    vf n = shifted - splat(12582912.0f);
    vf r = fma_v(n, splat(-0x1.62e400p-1f), x);
    r = fma_v(n, splat(-0x1.7f7d1cp-20f), r);
    return power_of_two_times(shifted, r, 0x1.0fa830p-7f, 0x1.573a58p-5f, 0x1.555a6ap-3f, 0x1.fffdc6p-2f,
                              0x1.fffff6p-1f);
}

// 2ˣ for x up to some dozens, r on either side of a power by a minimax polynomial of degree 5 that is 1 at 0; below −125
// the result stays about 2⁻¹²⁵.
INLINE vf exp2_near_v(vf x) {
    x = max_v(x, splat(-125.0f));
    vf shifted = x + splat(12582912.0f);
    vf r = x - (shifted - splat(12582912.0f));
    return power_of_two_times(shifted, r, 0x1.5bba14p-10f, 0x1.3cea88p-7f, 0x1.c6b752p-5f, 0x1.ebf9bcp-3f,
                              0x1.62e42ap-1f);
}

// erf(x) = x·P(x²)/Q(x²) on |x| ≤ 4, where it has reached 1 to within 2·10⁻⁸. P and Q: weighted least-squares
// fit of the absolute error, refined towards minimax (5·10⁻⁸ before rounding).
INLINE vf erf_v(vf x) {
    x = max_v(min_v(x, splat(4.0f)), splat(-4.0f));
    vf u = x * x;
    vf p = splat(0x1.4a260ep-26f);
    p = fma_v(p, u, splat(-0x1.0b22f4p-19f));
    p = fma_v(p, u, splat(0x1.462f6ap-13f));
    p = fma_v(p, u, splat(0x1.1959c8p-8f));
    p = fma_v(p, u, splat(0x1.ad8914p-5f));
    p = fma_v(p, u, splat(0x1.b628dep-3f));
    p = fma_v(p, u, splat(0x1.20dd6cp+0f));
    vf q = splat(0x1.1fd860p-10f);
    q = fma_v(q, u, splat(0x1.fd9452p-7f));
    q = fma_v(q, u, splat(0x1.eecbc6p-4f));
    q = fma_v(q, u, splat(0x1.0bbdb0p-1f));
    q = fma_v(q, u, splat(1.0f));
    return max_v(min_v(x * p / q, splat(1.0f)), splat(-1.0f));
}

INLINE vf gelu_v(vf x) { return splat(0.5f) * x * (splat(1.0f) + erf_v(x * splat(0x1.6a09e6p-1f))); }

INLINE vf activate_v(vf x, ck_activation activation) {
    switch (activation) {
        case CK_SILU: return x / (splat(1.0f) + exp_v(-x));
        case CK_GELU: return gelu_v(x);
        case CK_QUICK_GELU: return x / (splat(1.0f) + exp_v(splat(-1.702f) * x));
        default: return x;
    }
}

// Runs `statement` with the activation as a constant, so that each gets a loop of its own.
#define WITH_ACTIVATION(activation, statement)                   \
    switch (activation) {                                        \
        case CK_NONE: { enum { act = CK_NONE }; statement; break; } \
        case CK_SILU: { enum { act = CK_SILU }; statement; break; } \
        case CK_GELU: { enum { act = CK_GELU }; statement; break; } \
        case CK_QUICK_GELU: { enum { act = CK_QUICK_GELU }; statement; break; } \
    }

enum { CHAINS = 12 };

FN float multiply_add_chain(size_t rounds) {
    vf sums[CHAINS];
    for (int i = 0; i < CHAINS; i++) sums[i] = splat((float)i);
    vf factor = splat(0.999f), term = splat(0.001f);
    for (size_t round = 0; round < rounds; round++) {
        for (int i = 0; i < CHAINS; i++) sums[i] = fma_v(sums[i], factor, term);
    }
    float sum = 0;
    for (int i = 0; i < CHAINS; i++) {
        for (int lane = 0; lane < CK_LANES; lane++) sum += sums[i][lane];
    }
    return sum;
}

FN void widen_bf16(size_t n, const uint16_t *x, float *y) {
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = (uint32_t)x[i] << 16;
        memcpy(y + i, &bits, sizeof bits);
    }
}

FN void widen_f16(size_t n, const uint16_t *x, float *y) {
#if CK_FUSED
    typedef _Float16 vh __attribute__((ext_vector_type(CK_LANES), aligned(2)));
    size_t i = 0;
    for (; i + CK_LANES <= n; i += CK_LANES) store(y + i, __builtin_convertvector(*(const vh *)(x + i), vf));
    for (; i < n; i++) {
        _Float16 h;
        memcpy(&h, x + i, sizeof h);
        y[i] = (float)h;
    }
#else
    // Without conversion instructions: subnormals are normalised by one exact multiplication.
    for (size_t i = 0; i < n; i++) {
        uint32_t sign = (uint32_t)(x[i] & 0x8000) << 16, rest = x[i] & 0x7fff, bits;
        if (rest >= 0x7c00) {
            bits = sign | 0x7f800000u | (rest & 0x3ff) << 13;
            memcpy(y + i, &bits, sizeof bits);
        } else {
            bits = rest << 13;
            float value;
            memcpy(&value, &bits, sizeof value);
            value *= 0x1p112f;
            memcpy(&bits, &value, sizeof bits);
            bits |= sign;
            memcpy(y + i, &bits, sizeof bits);
        }
    }
#endif
}

// Sums of CHANNEL_VECTORS vectors of channels at a time: as many chains of additions as hide their latency.
enum { CHANNEL_VECTORS = 2 };

INLINE void vector_sums(size_t pixels, size_t channels, size_t vectors, const float *x, double *sum,
                        double *squares) {
    vd s[CHANNEL_VECTORS], q[CHANNEL_VECTORS];
    for (size_t i = 0; i < vectors; i++) s[i] = q[i] = (vd)0.0;
    for (size_t p = 0; p < pixels; p++)
        for (size_t i = 0; i < vectors; i++) {
            vd v = __builtin_convertvector(load(x + p * channels + i * CK_LANES), vd);
            s[i] += v;
            q[i] = FMA_D(v, v, q[i]);
        }
    memcpy(sum, s, vectors * sizeof *s);
    memcpy(squares, q, vectors * sizeof *q);
}

FN void channel_sums(size_t pixels, size_t channels, const float *x, double *sum, double *squares) {
    size_t c = 0;
    for (; c + CHANNEL_VECTORS * CK_LANES <= channels; c += CHANNEL_VECTORS * CK_LANES)
        vector_sums(pixels, channels, CHANNEL_VECTORS, x + c, sum + c, squares + c);
    for (; c + CK_LANES <= channels; c += CK_LANES) vector_sums(pixels, channels, 1, x + c, sum + c, squares + c);
    for (; c < channels; c++) {
        double s = 0, q = 0;
        for (size_t p = 0; p < pixels; p++) {
            double v = x[p * channels + c];
            s += v;
            q += v * v;
        }
        sum[c] = s;
        squares[c] = q;
    }
}

INLINE void scale_shift_rows(size_t pixels, size_t channels, const float *x, const float *scale, const float *shift,
                             ck_activation activation, float *y) {
    for (size_t p = 0; p < pixels; p++) {
        const float *from = x + p * channels;
        float *to = y + p * channels;
        size_t c = 0;
        for (; c + CK_LANES <= channels; c += CK_LANES)
            store(to + c, activate_v(fma_v(load(from + c), load(scale + c), load(shift + c)), activation));
        if (c < channels) {
            size_t n = channels - c;
            vf v = fma_v(load_part(from + c, n), load_part(scale + c, n), load_part(shift + c, n));
            store_part(to + c, n, activate_v(v, activation));
        }
    }
}

FN void scale_shift(size_t pixels, size_t channels, const float *x, const float *scale, const float *shift,
                    ck_activation activation, float *y) {
    WITH_ACTIVATION(activation, scale_shift_rows(pixels, channels, x, scale, shift, act, y))
}

// Sums along a row are taken in SUM_LANES parts, one after the other at the end, whatever the length of vectors.
enum { SUM_LANES = 32, SUM_VECTORS = SUM_LANES / CK_LANES, PARTS_AT_ONCE = 2 };

// Their sum, by halves: every step adds the second half of them to the first.
INLINE double sum_parts(const vd parts[SUM_VECTORS]) {
    double sums[SUM_LANES];
    memcpy(sums, parts, sizeof sums);
    for (int half = SUM_LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) sums[i] += sums[i + half];
    return sums[0];
}

INLINE float sum_parts_f(const vf parts[SUM_VECTORS]) {
    float sums[SUM_LANES];
    memcpy(sums, parts, sizeof sums);
    for (int half = SUM_LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) sums[i] += sums[i + half];
    return sums[0];
}

INLINE float largest_lane(vf v) {
    float lanes[CK_LANES];
    memcpy(lanes, &v, sizeof lanes);
    for (int half = CK_LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) lanes[i] = lanes[i] > lanes[i + half] ? lanes[i] : lanes[i + half];
    return lanes[0];
}

FN void layer_norm(size_t rows, size_t width, const float *x, const float *weight, const float *bias, float epsilon,
                   float *y) {
    for (size_t r = 0; r < rows; r++) {
        const float *from = x + r * width;
        float *to = y + r * width;
        vd parts[SUM_VECTORS], square_parts[SUM_VECTORS];
        for (int v = 0; v < SUM_VECTORS; v++) parts[v] = square_parts[v] = (vd)0.0;
        double sum = 0, squares = 0;
        size_t c = 0;
        // Few parts at a time: all of them would not stay in registers.
        for (int first = 0; first < SUM_VECTORS; first += PARTS_AT_ONCE)
            for (c = 0; c + SUM_LANES <= width; c += SUM_LANES)
                for (int v = first; v < first + PARTS_AT_ONCE; v++) {
                    vd value = __builtin_convertvector(load(from + c + (size_t)v * CK_LANES), vd);
                    parts[v] += value;
                    square_parts[v] = FMA_D(value, value, square_parts[v]);
                }
        for (; c < width; c++) {
            sum += from[c];
            squares += (double)from[c] * from[c];
        }
        sum += sum_parts(parts);
        squares += sum_parts(square_parts);
        // In binary64 the difference of the two keeps enough digits of the variance of any binary32 numbers.
        double mean = sum / (double)width, deviations = squares - sum * mean;
        double variance = (deviations > 0 ? deviations : 0) / (double)width;
        float inverse = (float)(1.0 / sqrt(variance + (double)epsilon)), centre = (float)mean;
        for (c = 0; c + CK_LANES <= width; c += CK_LANES)
            store(to + c, fma_v((load(from + c) - splat(centre)) * splat(inverse), load(weight + c), load(bias + c)));
        if (c < width) {
            size_t n = width - c;
            vf v = (load_part(from + c, n) - splat(centre)) * splat(inverse);
            store_part(to + c, n, fma_v(v, load_part(weight + c, n), load_part(bias + c, n)));
        }
    }
}

INLINE void bias_activate_rows(size_t rows, size_t width, size_t stride, const float *bias, ck_activation activation,
                               float *y) {
    for (size_t r = 0; r < rows; r++) {
        float *row = y + r * stride;
        size_t c = 0;
        for (; c + CK_LANES <= width; c += CK_LANES) {
            vf v = load(row + c);
            if (bias) v += load(bias + c);
            store(row + c, activate_v(v, activation));
        }
        if (c < width) {
            size_t n = width - c;
            vf v = load_part(row + c, n);
            if (bias) v += load_part(bias + c, n);
            store_part(row + c, n, activate_v(v, activation));
        }
    }
}

FN void bias_activate(size_t rows, size_t width, size_t stride, const float *bias, ck_activation activation,
                      float *y) {
    WITH_ACTIVATION(activation, bias_activate_rows(rows, width, stride, bias, act, y))
}

FN void gated_gelu(size_t rows, size_t width, const float *x, float *y) {
    for (size_t r = 0; r < rows; r++) {
        const float *value = x + 2 * r * width, *gate = value + width;
        float *to = y + r * width;
        size_t c = 0;
        for (; c + CK_LANES <= width; c += CK_LANES) store(to + c, load(value + c) * gelu_v(load(gate + c)));
        if (c < width) {
            size_t n = width - c;
            store_part(to + c, n, load_part(value + c, n) * gelu_v(load_part(gate + c, n)));
        }
    }
}

FN void accumulate(size_t n, const float *x, float *y) {
    for (size_t i = 0; i < n; i++) y[i] = x[i] + y[i];
}

FN void combine(size_t n, float a, const float *x, float b, float *y) {
    for (size_t i = 0; i < n; i++) {
        float first = a * x[i], second = b * y[i];
        y[i] = first + second;
    }
}

FN void clamp(size_t n, float low, float high, const float *x, float *y) {
    for (size_t i = 0; i < n; i++) {
        float v = x[i] > low ? x[i] : low;
        y[i] = v < high ? v : high;
    }
}

enum {
    SELF_ATTEND_KEY_BLOCK = 128,
    // The largest power is at least e⁻¹⁶: exact, and its square and what is far smaller than it are ordinary numbers.
    SELF_ATTEND_NEAR = 16,
};

// sum + Σ query[c] · key[c]
INLINE vf add_dot(size_t channels, const vf *query, const float *key, vf sum) {
    for (size_t c = 0; c < channels; c++) sum = fma_v(query[c], splat(key[c]), sum);
    return sum;
}

// The length of the longest token.
INLINE float longest_token(size_t tokens, size_t channels, const float *x) {
    float longest = 0;
    for (size_t k = 0; k < tokens; k++) {
        float sum = 0;
        for (size_t c = 0; c < channels; c++) sum += x[k * channels + c] * x[k * channels + c];
        longest = sum > longest ? sum : longest;
    }
    return sqrtf(longest);
}

// CK_LANES queries at a time against every key. What is subtracted from a query's scores is their
// largest or, where that is near enough, the product of its length and the longest key's, which is no smaller and takes
// no pass over the keys. Scores are for powers of two. Sums run over blocks of keys first, so that their error does not
// grow with the number of tokens.
INLINE void self_attend_lanes(size_t tokens, size_t channels, const float *x, float longest, float temperature,
                              ck_calibration calibration, float alpha, size_t begin, size_t count, float *y) {
    vf query[CK_SELF_ATTEND_MAX_CHANNELS], out[CK_SELF_ATTEND_MAX_CHANNELS], part[CK_SELF_ATTEND_MAX_CHANNELS];
    vf largest;
    bool is_near = true;
    float scale = LOG2_E / temperature;
    for (size_t i = 0; i < CK_LANES; i++) {
        const float *token = x + (begin + (i < count ? i : count - 1)) * channels;
        float squares = 0;
        for (size_t c = 0; c < channels; c++) {
            query[c][i] = token[c] * scale;
            squares += token[c] * token[c];
        }
        float length = sqrtf(squares);
        largest[i] = length * longest * scale;
        // The query is a key itself: its own score is no larger than the largest.
        bool is_lane_near = length * (longest - length) / temperature < SELF_ATTEND_NEAR;
        is_near = is_near && is_lane_near;
        if (!is_lane_near) largest[i] = INFINITY;
    }
    for (size_t c = 0; c < channels; c++) out[c] = splat(0);
    if (!is_near) {
        vf top = splat(-INFINITY);
        for (size_t k = 0; k < tokens; k++) top = max_v(top, add_dot(channels, query, x + k * channels, splat(0)));
        largest = largest < splat(INFINITY) ? largest : top;
    }
    vf sum = {0}, squares = {0};
    for (size_t block = 0; block < tokens; block += SELF_ATTEND_KEY_BLOCK) {
        size_t end = block + SELF_ATTEND_KEY_BLOCK < tokens ? block + SELF_ATTEND_KEY_BLOCK : tokens;
        vf block_sum = {0}, block_squares = {0};
        for (size_t c = 0; c < channels; c++) part[c] = splat(0);
        for (size_t k = block; k < end; k++) {
            vf e = exp2_near_v(add_dot(channels, query, x + k * channels, -largest));
            block_sum += e;
            if (calibration != CK_UNCALIBRATED) block_squares = fma_v(e, e, block_squares);
            for (size_t c = 0; c < channels; c++) part[c] = fma_v(e, splat(x[k * channels + c]), part[c]);
        }
        sum += block_sum;
        squares += block_squares;
        for (size_t c = 0; c < channels; c++) out[c] += part[c];
    }
    for (size_t i = 0; i < count; i++) {
        float variance = (1 - alpha) * (squares[i] / sum[i] / sum[i]);
        for (size_t c = 0; c < channels; c++) {
            float v = out[c][i] / sum[i];
            if (calibration == CK_CALIBRATE_MEAN_AND_VARIANCE) {
                float ratio = v / (x[(begin + i) * channels + c] + 1e-6f);
                v /= sqrtf(alpha * ratio * ratio + variance) + 1e-6f;
            } else if (calibration == CK_CALIBRATE_VARIANCE) {
                v /= sqrtf(alpha + variance) + 1e-6f;
            }
            y[(begin + i) * channels + c] = v;
        }
    }
}

FN void self_attend(size_t tokens, size_t channels, const float *x, float temperature, ck_calibration calibration,
                    float alpha, size_t begin, size_t end, float *y) {
    float longest = channels == 4 ? longest_token(tokens, 4, x) : longest_token(tokens, channels, x);
    for (size_t q = begin; q < end; q += CK_LANES) {
        size_t count = end - q < CK_LANES ? end - q : CK_LANES;
        if (channels == 4 && calibration == CK_UNCALIBRATED)
            self_attend_lanes(tokens, 4, x, longest, temperature, CK_UNCALIBRATED, alpha, q, count, y);
        else
            self_attend_lanes(tokens, channels, x, longest, temperature, calibration, alpha, q, count, y);
    }
}

FN void resample_row(size_t width, size_t channels, const float *x, const int32_t *index, const float *weight,
                     float *y) {
    for (size_t j = 0; j < width; j++) {
        const float *w = weight + 4 * j;
        const int32_t *at = index + 4 * j;
        for (size_t c = 0; c < channels; c++) {
            float sum = w[0] * x[(size_t)at[0] * channels + c];
            for (size_t k = 1; k < 4; k++) sum += w[k] * x[(size_t)at[k] * channels + c];
            y[j * channels + c] = sum;
        }
    }
}

FN void blend_rows(size_t n, const float *const *rows, const float *weight, float *y) {
    const float *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
    float wa = weight[0], wb = weight[1], wc = weight[2], wd = weight[3];
    for (size_t i = 0; i < n; i++) y[i] = ((wa * a[i] + wb * b[i]) + wc * c[i]) + wd * d[i];
}

#include "winograd_body.h"
#include "products_body.h"
#include "attention_body.h"
#include "fixed_body.h"

const ck_kernels CK_TABLE = {
    .name = CK_TABLE_NAME,
    .numerics = CK_NUMERICS,
    .multiply_add_chain = multiply_add_chain,
    .multiply_add_chain_operations = 2.0 * CHAINS * CK_LANES,
    .widen_f16 = widen_f16,
    .widen_bf16 = widen_bf16,
    .channel_sums = channel_sums,
    .scale_shift = scale_shift,
    .layer_norm = layer_norm,
    .bias_activate = bias_activate,
    .gated_gelu = gated_gelu,
    .accumulate = accumulate,
    .combine = combine,
    .clamp = clamp,
    .product = product,
    .fixed_rows = fixed_rows,
    .fixed_weights = fixed_weights,
    .fixed_panel_columns = TILE_COLUMNS,
    .fixed_product = fixed_product,
    .attend = attend,
    .attend_scratch = attend_scratch,
    .self_attend = self_attend,
    .resample_row = resample_row,
    .blend_rows = blend_rows,
    .winograd_panel = WINOGRAD_PANEL,
    .winograd_inputs = winograd_inputs,
    .winograd_weights = winograd_weights,
    .winograd_results = winograd_results,
};
