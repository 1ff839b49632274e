// Scaled dot-product attention of one head, streamed over the keys. Included by kernels_body.h after
// products_body.h, whose tiles it uses.
//
// A block of keys and values is packed once and serves up to CK_ATTEND_ROWS queries, in groups whose scores stay in the
// nearest caches. As in products every sum's order depends on its element alone.

enum { QUERY_GROUP = CK_SOFTMAX_ROWS, SCORE_PADDING = 16 };
_Static_assert(QUERY_GROUP % TILE_ROWS == 0, "groups are whole tiles");

// Keys in one step of the streamed softmax: fewer where heads are wide, so that a step stays in the cache.
INLINE size_t attend_keys(size_t width) { return width <= 128 ? 256 : width <= 256 ? 128 : 64; }

INLINE size_t whole_tiles(size_t columns) { return (columns + TILE_COLUMNS - 1) / TILE_COLUMNS * TILE_COLUMNS; }

FN size_t attend_scratch(size_t width) {
    size_t keys = attend_keys(width), padded = whole_tiles(width), rows = CK_ATTEND_ROWS;
    return keys * (width + padded) + QUERY_GROUP * (keys + SCORE_PADDING + 1) + rows * (width + padded + 1 + SUM_LANES);
}

// Rows of `values`, `stride` apart, as panels: panels[c / TILE_COLUMNS][k][c % TILE_COLUMNS].
INLINE void pack_values(size_t count, size_t width, const float *values, size_t stride, float *panels) {
    for (size_t c = 0; c < width; c += TILE_COLUMNS) {
        size_t n = width - c < TILE_COLUMNS ? width - c : TILE_COLUMNS;
        for (size_t k = 0; k < count; k++, panels += TILE_COLUMNS) {
            const float *from = values + k * stride + c;
            if (n == TILE_COLUMNS) {
                memcpy(panels, from, TILE_COLUMNS * sizeof(float));
            } else if (n == CK_LANES) {
                // A narrow tile reads no more.
                store(panels, load(from));
            } else {
                memset(panels, 0, TILE_COLUMNS * sizeof(float));
                memcpy(panels, from, n * sizeof(float));
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

// The largest of a row's scores, and how many of them it sees; the others are 0 from here on.
INLINE float largest_score(float *row, size_t columns, size_t seen) {
    memset(row + seen, 0, (columns - seen) * sizeof(float));
    vf top[2] = {splat(-INFINITY), splat(-INFINITY)};
    size_t c = 0;
    for (; c + 2 * CK_LANES <= seen; c += 2 * CK_LANES)
        for (int i = 0; i < 2; i++) top[i] = max_v(top[i], load(row + c + (size_t)i * CK_LANES));
    for (; c + CK_LANES <= seen; c += CK_LANES) top[0] = max_v(top[0], load(row + c));
    float largest = largest_lane(max_v(top[0], top[1]));
    for (; c < seen; c++) largest = row[c] > largest ? row[c] : largest;
    return largest;
}

// Scores become powers; sums = factor · sums + what they add up to.
INLINE void powers_of_scores(float *row, size_t seen, vf scale, float maximum, float factor, float *sums) {
    vf offset = -(splat(maximum) * scale), parts[SUM_VECTORS];
    for (int v = 0; v < SUM_VECTORS; v++) parts[v] = splat(0);
    size_t c = 0;
    for (; c + SUM_LANES <= seen; c += SUM_LANES)
        for (int v = 0; v < SUM_VECTORS; v++) {
            float *at = row + c + (size_t)v * CK_LANES;
            vf e = exp2_negative_v(fma_v(load(at), scale, offset));
            store(at, e);
            parts[v] += e;
        }
    for (int v = 0; c < seen; c += CK_LANES, v++) {
        size_t n = seen - c < CK_LANES ? seen - c : CK_LANES;
        store_part(row + c, n, exp2_negative_v(fma_v(load_part(row + c, n), scale, offset)));
        parts[v] += load_part(row + c, n);
    }
    for (int v = 0; v < SUM_VECTORS; v++) {
        float *at = sums + (size_t)v * CK_LANES;
        store(at, fma_v(load(at), splat(factor), parts[v]));
    }
}

FN __attribute__((noinline)) void softmax_step(size_t rows, size_t columns, size_t stride, float scale, bool causal,
                                               ptrdiff_t limit, float *scores, float *maximum, float *sums,
                                               float *correction) {
    size_t seen[CK_SOFTMAX_ROWS];
    // Loops of their own: what is done once a row would otherwise be waited for once a row.
    for (size_t r = 0; r < rows; r++) {
        ptrdiff_t before = limit + (ptrdiff_t)r;
        seen[r] = !causal || before >= (ptrdiff_t)columns ? columns : before < 0 ? 0 : (size_t)before;
        float largest = largest_score(scores + r * stride, columns, seen[r]);
        correction[r] = largest > maximum[r] ? largest : maximum[r];
    }
    vf power = splat(scale * LOG2_E);
    for (size_t r = 0; r < rows; r += CK_LANES) {
        size_t n = rows - r < CK_LANES ? rows - r : CK_LANES;
        vf now = load_part(correction + r, n);
        store_part(correction + r, n, exp2_negative_v((load_part(maximum + r, n) - now) * power));
        store_part(maximum + r, n, now);
    }
    for (size_t r = 0; r < rows; r++)
        powers_of_scores(scores + r * stride, seen[r], power, maximum[r], correction[r], sums + r * SUM_LANES);
}

FN void attend(size_t rows, size_t key_count, size_t width, size_t stride, float scale, bool causal, size_t first,
               const float *queries, const float *keys, const float *values, float *result, float *scratch) {
    size_t block = attend_keys(width), padded = whole_tiles(width), score_stride = block + SCORE_PADDING;
    float *key_panels = scratch, *value_panels = key_panels + block * width;
    float *scores = value_panels + block * padded, *correction = scores + QUERY_GROUP * score_stride;
    float *packed = correction + QUERY_GROUP, *out = packed + CK_ATTEND_ROWS * width;
    float *maximum = out + CK_ATTEND_ROWS * padded, *sums = maximum + CK_ATTEND_ROWS;
    pack_rows(rows, width, queries, stride, packed, width);
    memset(out, 0, CK_ATTEND_ROWS * padded * sizeof(float));
    memset(sums, 0, CK_ATTEND_ROWS * SUM_LANES * sizeof(float));
    for (size_t r = 0; r < rows; r++) maximum[r] = -INFINITY;
    // Rows that only fill a tile up are zero and stay so.
    for (size_t r = 0; r < QUERY_GROUP; r++) correction[r] = 0;
    for (size_t start = 0; start < key_count; start += block) {
        if (causal && start >= first + rows) break;
        size_t columns = key_count - start < block ? key_count - start : block;
        pack_panels(columns, width, keys, CK_F32, start * stride, stride, key_panels);
        pack_values(columns, width, values + start * stride, stride, value_panels);
        for (size_t row = 0; row < rows; row += QUERY_GROUP) {
            size_t height = rows - row < QUERY_GROUP ? rows - row : QUERY_GROUP;
            // No query of the group sees a key of this block.
            if (causal && start >= first + row + height) continue;
            for (size_t c = 0; c < columns; c += TILE_COLUMNS)
                for (size_t r = 0; r < height; r += TILE_ROWS)
                    score_tile(width, packed + (row + r) * width, key_panels + c * width, scores + r * score_stride + c,
                               score_stride);
            softmax_step(height, columns, score_stride, scale, causal,
                         (ptrdiff_t)(first + row) - (ptrdiff_t)start + 1, scores, maximum + row, sums + row * SUM_LANES,
                         correction);
            for (size_t c = 0; c < width; c += TILE_COLUMNS)
                for (size_t r = 0; r < height; r += TILE_ROWS)
                    (width - c > CK_LANES ? value_tile : narrow_value_tile)(
                        columns, scores + r * score_stride, score_stride, value_panels + c * columns, correction + r,
                        out + (row + r) * padded + c, padded);
        }
    }
    for (size_t r = 0; r < rows; r++) {
        vf parts[SUM_VECTORS];
        memcpy(parts, sums + r * SUM_LANES, sizeof parts);
        float inverse = 1 / sum_parts_f(parts);
        for (size_t c = 0; c < width; c++) result[r * stride + c] = out[r * padded + c] * inverse;
    }
}
