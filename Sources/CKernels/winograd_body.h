// 3×3 convolutions of stride 1 by Winograd's F(4×4, 3×3): a tile of 4×4 results from 6×6 inputs takes 36 products for
// each pair of an input and an output channel instead of 144. Included by kernels_body.h.
//
// Inputs, weights and results are each transformed to or from 36 planes, and plane by plane results are the product of
// inputs and weights. In memory a plane is
//   of inputs    [chunk of channels][tile][channel]
//   of weights   [channel][output], for each chunk and panel of outputs; the planes of a panel lie together
//   of results   [tile][output]
// so that channels and outputs are vectors throughout and nothing but the weights has to be transposed. A product adds
// up the channels of a result in their order, whichever tiles and outputs are computed with it: blocks and threads do
// not change bits.

enum {
    WINOGRAD_PANEL = 2 * CK_LANES,
    /// Rows of results that a product keeps in registers, a panel wide.
    WINOGRAD_ROWS = CK_LANES == 16 ? 12 : 6,
};

// The transform evaluates polynomials at 0, ±α, ±β and ∞. With the usual ±1 and ±2 values grow apart in size and
// errors are five times as large. α and β are about √½ and √2, for which they are least, with so few digits that all
// factors of the transforms of inputs and weights are exact. What a polynomial's values have to be divided by is left
// to the transform of results.
#define ALPHA 0.6875
#define BETA 1.375
#define SQUARE(x) ((x) * (x))
#define CUBE(x) ((x) * (x) * (x))
#define AT_ZERO (1 / SQUARE(ALPHA * BETA))
#define AT_ALPHA (1 / (2 * SQUARE(ALPHA) * (SQUARE(ALPHA) - SQUARE(BETA))))
#define AT_BETA (1 / (2 * SQUARE(BETA) * (SQUARE(BETA) - SQUARE(ALPHA))))

/// x + y·c
INLINE vf add_scaled(vf x, vf y, double c) { return fma_v(y, splat((float)c), x); }

// One row or column of a transform: from vectors `from_step` apart to vectors `to_step` apart.

INLINE void transform_inputs(const vf *from, size_t from_step, vf *to, size_t to_step) {
    vf d[6];
    for (size_t i = 0; i < 6; i++) d[i] = from[i * from_step];
    double sum = SQUARE(ALPHA) + SQUARE(BETA), product = SQUARE(ALPHA * BETA);
    vf even = add_scaled(d[4], d[2], -SQUARE(BETA)), odd = add_scaled(d[3], d[1], -SQUARE(BETA));
    to[0] = add_scaled(add_scaled(d[4], d[2], -sum), d[0], product);
    to[1 * to_step] = add_scaled(even, odd, ALPHA);
    to[2 * to_step] = add_scaled(even, odd, -ALPHA);
    even = add_scaled(d[4], d[2], -SQUARE(ALPHA));
    odd = add_scaled(d[3], d[1], -SQUARE(ALPHA));
    to[3 * to_step] = add_scaled(even, odd, BETA);
    to[4 * to_step] = add_scaled(even, odd, -BETA);
    to[5 * to_step] = add_scaled(add_scaled(d[5], d[3], -sum), d[1], product);
}

INLINE void transform_weights(const vf *from, size_t from_step, vf *to) {
    vf w0 = from[0], w1 = from[from_step], w2 = from[2 * from_step];
    vf even = add_scaled(w0, w2, SQUARE(ALPHA));
    to[0] = w0;
    to[1] = add_scaled(even, w1, ALPHA);
    to[2] = add_scaled(even, w1, -ALPHA);
    even = add_scaled(w0, w2, SQUARE(BETA));
    to[3] = add_scaled(even, w1, BETA);
    to[4] = add_scaled(even, w1, -BETA);
    to[5] = w2;
}

INLINE void transform_results(const vf *m, vf *to, size_t to_step) {
    vf sum = m[1] + m[2], difference = m[1] - m[2], wide_sum = m[3] + m[4], wide_difference = m[3] - m[4];
    vf zero = m[0] * splat((float)AT_ZERO);
    to[0] = add_scaled(add_scaled(zero, sum, AT_ALPHA), wide_sum, AT_BETA);
    to[1 * to_step] = add_scaled(difference * splat((float)(AT_ALPHA * ALPHA)), wide_difference, AT_BETA * BETA);
    to[2 * to_step] = add_scaled(sum * splat((float)(AT_ALPHA * SQUARE(ALPHA))), wide_sum, AT_BETA * SQUARE(BETA));
    to[3 * to_step] = add_scaled(add_scaled(m[5], difference, AT_ALPHA * CUBE(ALPHA)), wide_difference,
                                 AT_BETA * CUBE(BETA));
}

INLINE vf load_some(const float *p, size_t n) { return n == CK_LANES ? load(p) : load_part(p, n); }
INLINE void store_some(float *p, size_t n, vf v) {
    if (n == CK_LANES) store(p, v);
    else store_part(p, n, v);
}

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// --- Weights

#if CK_LANES == 4
#define INTERLEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define INTERLEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#elif CK_LANES == 8
#define INTERLEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define INTERLEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#elif CK_LANES == 16
#define INTERLEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define INTERLEAVE_HIGH(a, b) \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#endif

/// Rows become columns. Every round moves one bit from the number of the row to the number of the lane.
INLINE void transpose(vf *rows) {
    for (size_t round = 1; round < CK_LANES; round *= 2) {
        vf next[CK_LANES];
        for (size_t i = 0; i < CK_LANES / 2; i++) {
            next[2 * i] = INTERLEAVE_LOW(rows[i], rows[i + CK_LANES / 2]);
            next[2 * i + 1] = INTERLEAVE_HIGH(rows[i], rows[i + CK_LANES / 2]);
        }
        for (size_t i = 0; i < CK_LANES; i++) rows[i] = next[i];
    }
}

INLINE vf load_weights(const ck_winograd_layer *layer, ck_storage storage, size_t index, size_t n) {
    if (storage == CK_F32) return load_some((const float *)layer->weights + index, n);
    float wide[CK_LANES] = {0};
    if (storage == CK_F16) widen_f16(n, (const uint16_t *)layer->weights + index, wide);
    else widen_bf16(n, (const uint16_t *)layer->weights + index, wide);
    return load(wide);
}

/// `channels` channels from `channel` on of one vector of outputs, of which `outputs` exist.
INLINE void weights_vector(const ck_winograd_layer *layer, ck_storage storage, size_t output, size_t outputs,
                           size_t channel, size_t channels, float *to, size_t plane) {
    vf taps[9][CK_LANES];
    size_t width = storage == CK_F32 ? sizeof(float) : sizeof(uint16_t);
    for (size_t tap = 0; tap < 9; tap++) {
        for (size_t o = 0; o < CK_LANES; o++) {
            taps[tap][o] = splat(0);
            if (o >= outputs) continue;
            size_t index = ((output + o) * 9 + tap) * layer->inputs + channel;
            taps[tap][o] = load_weights(layer, storage, index, channels);
            // These are more streams than a processor follows by itself.
            __builtin_prefetch((const char *)layer->weights + (index + CK_LANES) * width);
        }
        transpose(taps[tap]);
    }
    for (size_t c = 0; c < channels; c++) {
        vf columns[3][6], row[6];
        for (size_t x = 0; x < 3; x++) transform_weights(&taps[x][c], 3 * CK_LANES, columns[x]);
        for (size_t y = 0; y < 6; y++) {
            transform_weights(&columns[0][y], 6, row);
            for (size_t x = 0; x < 6; x++) store(to + (6 * y + x) * plane + c * WINOGRAD_PANEL, row[x]);
        }
    }
}

INLINE void weights_chunk_of(const ck_winograd_layer *layer, ck_storage storage, size_t first, size_t outputs,
                             size_t channel, size_t depth, float *to) {
    size_t plane = ck_winograd_plane(depth * WINOGRAD_PANEL);
    for (size_t o = 0; o < outputs; o += WINOGRAD_PANEL, to += CK_WINOGRAD_PLANES * plane)
        for (size_t c = 0; c < depth; c += CK_LANES)
            for (size_t v = 0; v < WINOGRAD_PANEL; v += CK_LANES) {
                size_t existing = o + v < outputs ? smaller(outputs - o - v, CK_LANES) : 0;
                weights_vector(layer, storage, first + o + v, existing, channel + c, smaller(depth - c, CK_LANES),
                               to + c * WINOGRAD_PANEL + v, plane);
            }
}

/// `depth` channels from `channel` on of `outputs` outputs from `first` on.
FN void weights_chunk(const ck_winograd_layer *layer, size_t first, size_t outputs, size_t channel, size_t depth,
                      float *to) {
    switch (layer->storage) {
        case CK_F32: weights_chunk_of(layer, CK_F32, first, outputs, channel, depth, to); break;
        case CK_F16: weights_chunk_of(layer, CK_F16, first, outputs, channel, depth, to); break;
        case CK_BF16: weights_chunk_of(layer, CK_BF16, first, outputs, channel, depth, to); break;
    }
}

FN void winograd_weights(ck_winograd_layer layer, ck_winograd_block block, float *transformed) {
    size_t depth = ck_winograd_depth(layer.inputs);
    for (size_t channel = 0; channel < layer.inputs; channel += depth) {
        size_t part = smaller(depth, layer.inputs - channel);
        weights_chunk(&layer, block.first_output, block.outputs, channel, part,
                      transformed + ck_winograd_chunk_size(part, block.first_output, WINOGRAD_PANEL));
        transformed += ck_winograd_chunk_size(depth, layer.outputs, WINOGRAD_PANEL);
    }
}

// --- Inputs

typedef struct tile_place {
    size_t picture, y, x;
} tile_place;

static inline tile_place place_of_tile(const ck_winograd_pictures *p, size_t tile) {
    size_t across = (p->output_width + 3) / 4, down = (p->output_height + 3) / 4;
    return (tile_place){tile / across / down, tile / across % down * 4, tile % across * 4};
}

/// One vector of channels of a tile, from pixels of which those that are nowhere are zero.
INLINE void inputs_vector(const float *const *pixels, size_t channel, size_t n, float *to, size_t plane) {
    vf columns[36], in[6], out[6];
    for (size_t x = 0; x < 6; x++) {
        for (size_t y = 0; y < 6; y++)
            in[y] = pixels[6 * y + x] ? load_some(pixels[6 * y + x] + channel, n) : splat(0);
        transform_inputs(in, 1, columns + x, 6);
    }
    for (size_t y = 0; y < 6; y++) {
        transform_inputs(columns + 6 * y, 1, out, 1);
        for (size_t x = 0; x < 6; x++) store_some(to + (6 * y + x) * plane, n, out[x]);
    }
}

/// The same for a tile inside the picture, whose pixels are `row` and `column` elements apart.
INLINE void inner_inputs_vector(const float *from, size_t row, size_t column, float *to, size_t plane) {
    vf columns[36], in[6], out[6];
    for (size_t x = 0; x < 6; x++) {
        for (size_t y = 0; y < 6; y++) in[y] = load(from + y * row + x * column);
        transform_inputs(in, 1, columns + x, 6);
    }
    for (size_t y = 0; y < 6; y++) {
        transform_inputs(columns + 6 * y, 1, out, 1);
        for (size_t x = 0; x < 6; x++) store(to + (6 * y + x) * plane, out[x]);
    }
}

FN void winograd_inputs(ck_winograd_pictures p, ck_winograd_block block, const float *x, float *transformed) {
    size_t depth = ck_winograd_depth(p.channels), plane = ck_winograd_plane(block.count * p.channels);
    for (size_t tile = block.begin; tile < block.end; tile++) {
        tile_place at = place_of_tile(&p, block.first + tile);
        const float *picture = x + at.picture * p.height * p.width * p.channels;
        const float *pixels[36];
        bool inside = true;
        for (size_t i = 0; i < 36; i++) {
            size_t row = at.y + i / 6, column = at.x + i % 6;
            bool exists = row >= p.top && row - p.top < p.height && column >= p.left && column - p.left < p.width;
            pixels[i] = exists ? picture + ((row - p.top) * p.width + column - p.left) * p.channels : NULL;
            inside = inside && exists;
        }
        for (size_t channel = 0; channel < p.channels; channel += depth) {
            size_t part = smaller(depth, p.channels - channel), c = 0;
            float *to = transformed + channel * block.count + tile * part;
            if (inside)
                for (; c + CK_LANES <= part; c += CK_LANES)
                    inner_inputs_vector(pixels[0] + channel + c, p.width * p.channels, p.channels, to + c, plane);
            for (; c + CK_LANES <= part; c += CK_LANES) inputs_vector(pixels, channel + c, CK_LANES, to + c, plane);
            if (c < part) inputs_vector(pixels, channel + c, part - c, to + c, plane);
        }
    }
}

// --- Results

/// Hides a value's origin from the compiler.
#define OPAQUE(value) __asm__("" : "+r"(value))

/// y (+)= x·w for `rows` tiles and one panel, `depth` channels deep; `stride` elements lie between tiles of y.
INLINE void product_rows(size_t rows, size_t depth, const float *x, const float *w, bool adds, float *y,
                         size_t stride) {
    vf sum[WINOGRAD_ROWS][2];
    for (size_t r = 0; r < rows; r++)
        for (size_t v = 0; v < 2; v++) sum[r][v] = adds ? load(y + r * stride + v * CK_LANES) : splat(0);
    // Four tiles share a pointer and two distances, which addresses add up for nothing. Left to itself the compiler
    // takes a register for each tile, of which there are too few.
    size_t groups = (rows + 3) / 4, one = depth * sizeof(float), three = 3 * one;
    OPAQUE(one);
    OPAQUE(three);
    const char *group[(WINOGRAD_ROWS + 3) / 4];
    for (size_t g = 0; g < groups; g++) group[g] = (const char *)(x + 4 * g * depth);
    // The tiles that follow are in a larger cache or in none, and in as many places.
    const float *next = x + rows * depth;
    for (const float *end = w + depth * WINOGRAD_PANEL; w < end; w += WINOGRAD_PANEL, next += rows) {
        __builtin_prefetch(next);
        vf low = load(w), high = load(w + CK_LANES);
        for (size_t r = 0; r < rows; r++) {
            size_t distance = r % 4 == 0 ? 0 : r % 4 == 1 ? one : r % 4 == 2 ? 2 * one : three;
            vf value = splat(*(const float *)(group[r / 4] + distance));
            sum[r][0] = fma_v(value, low, sum[r][0]);
            sum[r][1] = fma_v(value, high, sum[r][1]);
        }
        for (size_t g = 0; g < groups; g++) {
            group[g] += sizeof(float);
            OPAQUE(group[g]);
        }
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t v = 0; v < 2; v++) store(y + r * stride + v * CK_LANES, sum[r][v]);
}

/// The same for any number of tiles, in groups as equal as can be: few rows leave multipliers idle.
FN void winograd_product(size_t tiles, size_t depth, const float *x, const float *w, bool adds, float *y, size_t stride) {
    for (size_t groups = (tiles + WINOGRAD_ROWS - 1) / WINOGRAD_ROWS; groups > 0; groups--) {
        size_t rows = (tiles + groups - 1) / groups;
#define ROWS(n) \
    case n: product_rows(n, depth, x, w, adds, y, stride); break;
        switch (rows) {
            ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6)
#if CK_LANES == 16
            ROWS(7) ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12)
#endif
        }
#undef ROWS
        tiles -= rows;
        x += rows * depth;
        y += rows * stride;
    }
}

/// Writes a vector of outputs of a tile, as far as it lies inside the picture.
INLINE void results_vector(const float *from, size_t plane, vf bias, size_t rows, size_t columns, size_t n, float *y,
                           size_t row, size_t column) {
    vf half[24], in[6], out[4];
    for (size_t j = 0; j < 6; j++) {
        for (size_t i = 0; i < 6; i++) in[i] = load(from + (6 * i + j) * plane);
        transform_results(in, half + j, 6);
    }
    for (size_t i = 0; i < rows; i++) {
        transform_results(half + 6 * i, out, 1);
        for (size_t j = 0; j < columns; j++) store_some(y + i * row + j * column, n, out[j] + bias);
    }
}

FN void winograd_results(ck_winograd_pictures p, ck_winograd_layer layer, ck_winograd_block block,
                         const float *inputs, const float *weights, float *scratch, float *y) {
    size_t tiles = block.end - block.begin, depth = ck_winograd_depth(layer.inputs);
    size_t width = (block.outputs + WINOGRAD_PANEL - 1) / WINOGRAD_PANEL * WINOGRAD_PANEL;
    size_t inputs_plane = ck_winograd_plane(block.count * layer.inputs), plane = ck_winograd_plane(tiles * width);
    float *own = scratch + ck_winograd_results_size(tiles, block.outputs, WINOGRAD_PANEL);
    for (size_t channel = 0; channel < layer.inputs; channel += depth) {
        size_t part = smaller(depth, layer.inputs - channel);
        size_t weights_plane = ck_winograd_plane(part * WINOGRAD_PANEL);
        const float *w = own;
        if (weights) {
            w = weights + channel / depth * ck_winograd_chunk_size(depth, layer.outputs, WINOGRAD_PANEL) +
                ck_winograd_chunk_size(part, block.first_output, WINOGRAD_PANEL);
        } else {
            weights_chunk(&layer, block.first_output, block.outputs, channel, part, own);
        }
        for (size_t i = 0; i < CK_WINOGRAD_PLANES; i++) {
            const float *x = inputs + i * inputs_plane + channel * block.count + block.begin * part;
            for (size_t o = 0; o < width; o += WINOGRAD_PANEL)
                winograd_product(tiles, part, x, w + (o / WINOGRAD_PANEL * CK_WINOGRAD_PLANES + i) * weights_plane,
                        channel > 0, scratch + i * plane + o, width);
        }
    }
    size_t column = layer.outputs, row = p.output_width * column;
    const float *bias = layer.bias ? layer.bias + block.first_output : NULL;
    for (size_t tile = 0; tile < tiles; tile++) {
        tile_place at = place_of_tile(&p, block.first + block.begin + tile);
        size_t rows = smaller(4, p.output_height - at.y), columns = smaller(4, p.output_width - at.x);
        float *to = y + (at.picture * p.output_height + at.y) * row + at.x * column + block.first_output;
        const float *from = scratch + tile * width;
        for (size_t o = 0; o < block.outputs; o += CK_LANES) {
            size_t n = smaller(block.outputs - o, CK_LANES);
            vf shift = bias ? load_some(bias + o, n) : splat(0);
            if (rows == 4 && columns == 4 && n == CK_LANES)
                results_vector(from + o, plane, shift, 4, 4, CK_LANES, to + o, row, column);
            else
                results_vector(from + o, plane, shift, rows, columns, n, to + o, row, column);
        }
    }
}
