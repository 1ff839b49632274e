// Scaled dot-product attention of one head, streamed over the keys. Included by kernels_body.h after
// products_body.h, whose tiles it uses.
//
// A block of keys and values is packed once and serves up to CK_ATTEND_ROWS queries, in groups of ROW_BLOCK whose
// scores stay in the second-level cache. As in products every sum's order depends on its element alone.

enum { SCORE_PADDING = 16 };

// Keys in one step of the streamed softmax: fewer where heads are wide, so that a step stays in the cache.
INLINE size_t attend_keys(size_t width) { return width <= 128 ? 256 : width <= 256 ? 128 : 64; }

INLINE size_t whole_tiles(size_t columns) { return (columns + TILE_COLUMNS - 1) / TILE_COLUMNS * TILE_COLUMNS; }

FN size_t attend_scratch(size_t width) {
    size_t keys = attend_keys(width), padded = whole_tiles(width);
    return keys * (width + padded) + ROW_BLOCK * (keys + SCORE_PADDING + width) + CK_ATTEND_ROWS * (padded + 2)
        + ROW_BLOCK;
}

// Rows of `values`, `stride` apart, as panels: panels[c / TILE_COLUMNS][k][c % TILE_COLUMNS].
INLINE void pack_values(size_t count, size_t width, const float *values, size_t stride, float *panels) {
    for (size_t c = 0; c < width; c += TILE_COLUMNS) {
        size_t n = width - c < TILE_COLUMNS ? width - c : TILE_COLUMNS;
        for (size_t k = 0; k < count; k++, panels += TILE_COLUMNS) {
            if (n == TILE_COLUMNS) {
                memcpy(panels, values + k * stride + c, TILE_COLUMNS * sizeof(float));
            } else {
                memset(panels, 0, TILE_COLUMNS * sizeof(float));
                memcpy(panels, values + k * stride + c, n * sizeof(float));
            }
        }
    }
}

FN __attribute__((noinline)) void score_tile(size_t depth, const float *queries, const float *keys, float *scores,
                                             size_t stride) {
    vf sums[TILE_ROWS][TILE_VECTORS];
    tile_sums(TILE_VECTORS, depth, queries, depth, keys, sums);
    for (int r = 0; r < TILE_ROWS; r++)
        for (int v = 0; v < TILE_VECTORS; v++)
            *(vf *)(scores + (size_t)r * stride + (size_t)v * CK_LANES) = sums[r][v];
}

// out[r] = factor[r] · out[r] + Σ shares[r][k] · values[k], for the first `vectors` vectors of a panel of values
INLINE void value_vectors(int vectors, size_t depth, const float *shares, size_t share_stride, const float *values,
                          const float *factor, float *out, size_t stride) {
    vf sums[TILE_ROWS][TILE_VECTORS];
    tile_sums(vectors, depth, shares, share_stride, values, sums);
    for (int r = 0; r < TILE_ROWS; r++)
        for (int v = 0; v < vectors; v++) {
            float *to = out + (size_t)r * stride + (size_t)v * CK_LANES;
            store(to, fma_v(load(to), (vf)factor[r], sums[r][v]));
        }
}

FN __attribute__((noinline)) void value_tile(size_t depth, const float *shares, size_t share_stride,
                                             const float *values, const float *factor, float *out, size_t stride) {
    value_vectors(TILE_VECTORS, depth, shares, share_stride, values, factor, out, stride);
}

// Where heads are narrow, or the last columns of one.
FN __attribute__((noinline)) void narrow_value_tile(size_t depth, const float *shares, size_t share_stride,
                                                    const float *values, const float *factor, float *out,
                                                    size_t stride) {
    value_vectors(1, depth, shares, share_stride, values, factor, out, stride);
}

FN void attend(size_t rows, size_t key_count, size_t width, size_t stride, float scale, bool causal, size_t first,
               const float *queries, const float *keys, const float *values, float *result, float *scratch) {
    size_t block = attend_keys(width), padded = whole_tiles(width), score_stride = block + SCORE_PADDING;
    float *key_panels = scratch, *value_panels = key_panels + block * width;
    float *scores = value_panels + block * padded, *packed = scores + ROW_BLOCK * score_stride;
    float *out = packed + ROW_BLOCK * width, *maximum = out + CK_ATTEND_ROWS * padded;
    float *sum = maximum + CK_ATTEND_ROWS, *correction = sum + CK_ATTEND_ROWS;
    memset(out, 0, CK_ATTEND_ROWS * padded * sizeof(float));
    for (size_t r = 0; r < rows; r++) {
        maximum[r] = -INFINITY;
        sum[r] = 0;
    }
    // Rows that only fill a tile up are zero and stay so.
    for (size_t r = 0; r < ROW_BLOCK; r++) correction[r] = 0;
    for (size_t start = 0; start < key_count; start += block) {
        if (causal && start >= first + rows) break;
        size_t columns = key_count - start < block ? key_count - start : block;
        pack_panels(columns, width, keys, CK_F32, start * stride, stride, key_panels);
        pack_values(columns, width, values + start * stride, stride, value_panels);
        for (size_t row = 0; row < rows; row += ROW_BLOCK) {
            size_t height = rows - row < ROW_BLOCK ? rows - row : ROW_BLOCK;
            // No query of the group sees a key of this block.
            if (causal && start >= first + row + height) continue;
            pack_rows(height, width, queries + row * stride, stride, packed, width);
            for (size_t c = 0; c < columns; c += TILE_COLUMNS)
                for (size_t r = 0; r < height; r += TILE_ROWS)
                    score_tile(width, packed + r * width, key_panels + c * width, scores + r * score_stride + c,
                               score_stride);
            softmax_step(height, columns, score_stride, scale, causal,
                         (ptrdiff_t)(first + row) - (ptrdiff_t)start + 1, scores, maximum + row, sum + row,
                         correction);
            for (size_t c = 0; c < width; c += TILE_COLUMNS)
                for (size_t r = 0; r < height; r += TILE_ROWS)
                    (width - c > CK_LANES ? value_tile : narrow_value_tile)(
                        columns, scores + r * score_stride, score_stride, value_panels + c * columns, correction + r,
                        out + (row + r) * padded + c, padded);
        }
    }
    for (size_t r = 0; r < rows; r++) {
        float inverse = 1 / sum[r];
        for (size_t c = 0; c < width; c++) result[r * stride + c] = out[r * padded + c] * inverse;
    }
}
