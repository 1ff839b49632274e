// Products in 16-bit fixed point: the named faster precision of linear layers. Included by kernels_body.h after
// products_body.h.
//
// Every FIXED_BLOCK elements of a row and of a column have a scale of their own. With 14 bits for activations and 13
// for weights, signs included, the sum of a block's products is exact in 32 bits: 64 · 8191 · 4095 < 2³¹. What is
// rounded is the quantisation itself and the sum over blocks, which adds scaled block sums in order, without fused
// operations. So all tables give the same bits (but for an activation's).

enum { FIXED_BLOCK = CK_FIXED_BLOCK, FIXED_PAIRS = FIXED_BLOCK / 2, FIXED_DEPTH = 8 };

typedef int16_t vh16 __attribute__((ext_vector_type(CK_LANES), aligned(2)));

// sums + the products of pairs: sums[i] + a[2i]·b[2i] + a[2i+1]·b[2i+1].
INLINE vi add_pairs(vi sums, vi a, vi b) {
#if CK_LANES == 16
    return sums + (vi)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif CK_FUSED
    return sums + (vi)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#else
    return sums + ((a << 16) >> 16) * ((b << 16) >> 16) + (a >> 16) * (b >> 16);
#endif
}

// FIXED_BLOCK elements as integers of magnitude up to `levels`; returns the scale that takes them back. A block with
// an infinity or a not-a-number has not-a-number for a scale, which makes it that of every sum it is in.
INLINE float quantize_block(const float *x, float levels, int16_t *q) {
    vf largest = {0}, poison = {0};
    for (size_t i = 0; i < FIXED_BLOCK; i += CK_LANES) {
        vf v = load(x + i);
        poison += v * splat(0);
        largest = max_v(as_vf(as_vi(v) & 0x7fffffff), largest);
    }
    float magnitude = 0, sick = 0;
    for (int i = 0; i < CK_LANES; i++) {
        magnitude = largest[i] > magnitude ? largest[i] : magnitude;
        sick += poison[i];
    }
    // Below so much the reciprocal would overflow.
    float inverse = magnitude > 0x1p-100f ? levels / magnitude : 0;
    if (sick != 0) inverse = 0;
    for (size_t i = 0; i < FIXED_BLOCK; i += CK_LANES) {
        // The integer nearest to v is in the lower bits of v + 1.5·2²³.
        vf v = inverse == 0 ? splat(0) : load(x + i) * splat(inverse);
        vi bits = as_vi(v + splat(12582912.0f)) - 0x4b400000;
        *(vh16 *)(q + i) = __builtin_convertvector(bits, vh16);
    }
    return sick != 0 ? sick : inverse == 0 ? 0 : magnitude / levels;
}

INLINE size_t fixed_blocks(size_t depth) { return (depth + FIXED_BLOCK - 1) / FIXED_BLOCK; }

FN void fixed_rows(size_t rows, size_t depth, const float *x, int16_t *q, size_t stride, float *scales) {
    for (size_t r = 0; r < rows; r++)
        for (size_t k = 0, block = 0; k < depth; k += FIXED_BLOCK, block++) {
            const float *from = x + r * depth + k;
            float filled[FIXED_BLOCK] = {0};
            if (depth - k < FIXED_BLOCK) {
                memcpy(filled, from, (depth - k) * sizeof(float));
                from = filled;
            }
            scales[r * fixed_blocks(depth) + block] = quantize_block(from, 8191, q + r * stride + k);
        }
}

// One panel of TILE_COLUMNS columns: panel[block][pair][column][2] and scales[block][column].
FN void fixed_weights(size_t columns, size_t depth, const void *weights, ck_storage storage, int16_t *panels,
                      float *scales) {
    size_t blocks = fixed_blocks(depth);
    for (size_t column = 0; column < (columns + TILE_COLUMNS - 1) / TILE_COLUMNS * TILE_COLUMNS; column++) {
        size_t panel = column / TILE_COLUMNS, c = column % TILE_COLUMNS;
        for (size_t block = 0; block < blocks; block++) {
            size_t k = block * FIXED_BLOCK, at = column * depth + k;
            size_t count = depth - k < FIXED_BLOCK ? depth - k : FIXED_BLOCK;
            float wide[FIXED_BLOCK] = {0};
            int16_t q[FIXED_BLOCK];
            if (column >= columns) {
            } else if (storage == CK_F16) {
                widen_f16(count, (const uint16_t *)weights + at, wide);
            } else if (storage == CK_BF16) {
                widen_bf16(count, (const uint16_t *)weights + at, wide);
            } else {
                memcpy(wide, (const float *)weights + at, count * sizeof(float));
            }
            scales[(panel * blocks + block) * TILE_COLUMNS + c] = quantize_block(wide, 4095, q);
            int16_t *to = panels + (panel * blocks + block) * FIXED_BLOCK * TILE_COLUMNS;
            for (size_t pair = 0; pair < FIXED_PAIRS; pair++)
                memcpy(to + (pair * TILE_COLUMNS + c) * 2, q + 2 * pair, 2 * sizeof(int16_t));
        }
    }
}

// y = before + Σ over blocks for a whole tile; `stride` and `row_blocks` are those of rows and their scales.
INLINE void fixed_tile(size_t blocks, const int16_t *rows, size_t stride, const float *row_scales, size_t row_blocks,
                       const int16_t *panel, const float *column_scales, const float *before, size_t before_stride,
                       float *y, size_t y_stride) {
    for (size_t block = 0; block < blocks; block++) {
        vi sums[TILE_ROWS][TILE_VECTORS];
        for (int r = 0; r < TILE_ROWS; r++)
            for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = (vi)0;
        const int16_t *base[TILE_ROWS / 3];
        for (int g = 0; g < TILE_ROWS / 3; g++) base[g] = rows + (size_t)(3 * g) * stride + block * FIXED_BLOCK;
        const int16_t *columns = panel + block * FIXED_BLOCK * TILE_COLUMNS;
        for (size_t pair = 0; pair < FIXED_PAIRS; pair++) {
            vi column[TILE_VECTORS];
            for (int v = 0; v < TILE_VECTORS; v++)
                column[v] = *(const vi *)(columns + (pair * TILE_COLUMNS + (size_t)v * CK_LANES) * 2);
#pragma clang loop unroll(full)
            for (int r = 0; r < TILE_ROWS; r++) {
                int32_t both;
                memcpy(&both, base[r / 3] + (size_t)(r % 3) * stride + 2 * pair, sizeof both);
                vi element = (vi)both;
                for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = add_pairs(sums[r][v], element, column[v]);
            }
        }
        for (int v = 0; v < TILE_VECTORS; v++) {
            size_t c = (size_t)v * CK_LANES;
            vf scale = *(const vf *)(column_scales + block * TILE_COLUMNS + c);
            for (int r = 0; r < TILE_ROWS; r++) {
                vf sum = __builtin_convertvector(sums[r][v], vf);
                vf factor = scale * (vf)row_scales[(size_t)r * row_blocks + block];
                *(vf *)(y + (size_t)r * y_stride + c) =
                    *(const vf *)(before + (size_t)r * before_stride + c) + sum * factor;
            }
        }
        before = y;
        before_stride = y_stride;
    }
}

FN __attribute__((noinline)) void whole_fixed_tile(size_t blocks, const int16_t *rows, size_t stride,
                                                   const float *row_scales, size_t row_blocks, const int16_t *panel,
                                                   const float *column_scales, const float *before,
                                                   size_t before_stride, float *y, size_t y_stride) {
    fixed_tile(blocks, rows, stride, row_scales, row_blocks, panel, column_scales, before, before_stride, y, y_stride);
}

FN void fixed_product(size_t rows, size_t columns, size_t depth, const int16_t *q, size_t stride,
                      const float *row_scales, const int16_t *panels, const float *column_scales, const float *bias,
                      ck_activation activation, float *y, size_t y_stride) {
    size_t all = fixed_blocks(depth);
    float start[TILE_COLUMNS], edge[TILE_ROWS][TILE_COLUMNS];
    for (size_t block = 0; block < all; block += FIXED_DEPTH) {
        size_t blocks = all - block < FIXED_DEPTH ? all - block : FIXED_DEPTH;
        for (size_t row = 0; row < rows; row += ROW_BLOCK) {
            size_t height = rows - row < ROW_BLOCK ? rows - row : ROW_BLOCK;
            for (size_t c = 0; c < columns; c += TILE_COLUMNS) {
                size_t width = columns - c < TILE_COLUMNS ? columns - c : TILE_COLUMNS;
                const int16_t *panel = panels + (c * all + block * TILE_COLUMNS) * FIXED_BLOCK;
                const float *scales = column_scales + c * all + block * TILE_COLUMNS;
                memset(start, 0, sizeof start);
                if (bias) memcpy(start, bias + c, width * sizeof(float));
                for (size_t r = row; r < row + height; r += TILE_ROWS) {
                    const int16_t *from = q + r * stride + block * FIXED_BLOCK;
                    const float *from_scales = row_scales + r * all + block;
                    float *to = y + r * y_stride + c;
                    if (width == TILE_COLUMNS && row + height - r >= TILE_ROWS) {
                        whole_fixed_tile(blocks, from, stride, from_scales, all, panel, scales, block > 0 ? to : start,
                                         block > 0 ? y_stride : 0, to, y_stride);
                        continue;
                    }
                    size_t high = row + height - r < TILE_ROWS ? row + height - r : TILE_ROWS;
                    for (size_t i = 0; i < TILE_ROWS; i++) memcpy(edge[i], start, sizeof start);
                    if (block > 0)
                        for (size_t i = 0; i < high; i++) memcpy(edge[i], to + i * y_stride, width * sizeof(float));
                    whole_fixed_tile(blocks, from, stride, from_scales, all, panel, scales, edge[0], TILE_COLUMNS,
                                     edge[0], TILE_COLUMNS);
                    for (size_t i = 0; i < high; i++) memcpy(to + i * y_stride, edge[i], width * sizeof(float));
                }
            }
            if (block + blocks == all && activation != CK_NONE)
                bias_activate(height, columns, y_stride, NULL, activation, y + row * y_stride);
        }
    }
}
