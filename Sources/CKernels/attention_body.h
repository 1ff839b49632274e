// Scaled dot-product attention of one head, streamed over the keys. Included by kernels_body.h after
// products_body.h, whose panels it uses.
//
// Queries lie in the lanes of vectors: a panel of TILE_COLUMNS of them meets a block of keys, and the shares stay in
// the first-level cache until they have met the values. So the softmax, too, is arithmetic of whole vectors. As in
// products every sum's order depends on its element alone.
//
// Scores become powers of two relative to a reference that is no larger than the largest score so far and at most
// CK_ATTEND_REACH powers smaller: numbers have room for that. A tile's scores go straight to powers, and only where one
// is out of reach, or nothing was seen before, the block is taken again, for its largest scores first.

enum {
    // Keys of a tile, all of which multiply a panel of queries; channels of values that multiply its shares.
    KEY_ROWS = CK_LANES < 16 ? 6 : 8,
    VALUE_COLUMNS = CK_LANES < 16 ? 4 : 8,
    // Sums over the keys that are taken beside each other, and added at the end of a block.
    KEY_CHAINS = 2,
    // Floats that come from memory at a time.
    CACHE_LINE = 16,
};
_Static_assert(KEY_ROWS % KEY_CHAINS == 0, "a key's chain depends on its place in the block alone");

typedef struct { vf v[TILE_VECTORS]; } panel;

// Keys in one step of the streamed softmax: fewer where heads are wide, so that a step stays in the cache. Whole tiles.
INLINE size_t attend_keys(size_t width) { return width <= 128 ? 240 : width <= 256 ? 120 : 48; }

INLINE size_t round_up(size_t n, size_t unit) { return (n + unit - 1) / unit * unit; }

FN size_t attend_scratch(size_t width) {
    size_t keys = attend_keys(width), padded = round_up(width, VALUE_COLUMNS);
    return keys * (width + padded + TILE_COLUMNS) + round_up(CK_ATTEND_ROWS, TILE_COLUMNS) * (width + padded + 2);
}

// `count` rows, `stride` apart, beside each other, `packed_width` elements each; the rest of each is zero.
INLINE void pack_tokens(size_t count, size_t width, const float *x, size_t stride, float *packed, size_t packed_width) {
    for (size_t r = 0; r < count; r++, x += stride, packed += packed_width) {
        // A length that the compiler knows: rows are short.
        size_t c = 0;
        for (; c + VALUE_COLUMNS <= width; c += VALUE_COLUMNS) memcpy(packed + c, x + c, VALUE_COLUMNS * sizeof(float));
        for (; c < width; c++) packed[c] = x[c];
        for (; c < packed_width; c++) packed[c] = 0;
    }
}

// Rows that are going to be packed: what they lie among is not wanted, and no processor guesses it.
INLINE void prefetch_tokens(size_t count, size_t width, const float *x, size_t stride) {
    for (size_t r = 0; r < count; r++, x += stride)
        for (size_t c = 0; c < width; c += CACHE_LINE) __builtin_prefetch(x + c, 0, 2);
}

// sums[r][query] = Σ keys[r][c] · queries[c][query]
INLINE void key_sums(size_t depth, const float *keys, const float *queries, vf sums[KEY_ROWS][TILE_VECTORS]) {
    for (int r = 0; r < KEY_ROWS; r++)
        for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = splat(0);
    // Two pointers: as many rows as an address can reach with one register for the stride.
    const float *half = keys + KEY_ROWS / 2 * depth;
    for (size_t c = 0; c < depth; c++, queries += TILE_COLUMNS) {
        vf query[TILE_VECTORS];
        for (int v = 0; v < TILE_VECTORS; v++) query[v] = load(queries + v * CK_LANES);
#pragma clang loop unroll(full)
        for (int r = 0; r < KEY_ROWS; r++) {
            vf key = splat((r < KEY_ROWS / 2 ? keys : half)[(size_t)(r % (KEY_ROWS / 2)) * depth + c]);
            for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = fma_v(key, query[v], sums[r][v]);
        }
    }
}

FN __attribute__((noinline)) void score_tile(size_t depth, const float *keys, const float *queries, float *scores) {
    vf sums[KEY_ROWS][TILE_VECTORS];
    key_sums(depth, keys, queries, sums);
    for (int r = 0; r < KEY_ROWS; r++)
        for (int v = 0; v < TILE_VECTORS; v++) store(scores + r * TILE_COLUMNS + v * CK_LANES, sums[r][v]);
}

// shares[r][query] = 2^(scale · score − reference[query]), which are added up in `parts`; `top` keeps the largest
// exponents.
FN __attribute__((noinline)) void share_tile(size_t depth, const float *keys, const float *queries, float scale,
                                             const float *reference, float *shares, panel parts[KEY_CHAINS],
                                             panel *top) {
    vf sums[KEY_ROWS][TILE_VECTORS];
    key_sums(depth, keys, queries, sums);
    for (int v = 0; v < TILE_VECTORS; v++) {
        vf offset = -load(reference + v * CK_LANES), largest = top->v[v], part[KEY_CHAINS];
        for (int i = 0; i < KEY_CHAINS; i++) part[i] = parts[i].v[v];
#pragma clang loop unroll(full)
        for (int r = 0; r < KEY_ROWS; r++) {
            vf exponent = fma_v(sums[r][v], splat(scale), offset), share = exp2_near_v(exponent);
            largest = max_v(exponent, largest);
            store(shares + r * TILE_COLUMNS + v * CK_LANES, share);
            part[r % KEY_CHAINS] += share;
        }
        for (int i = 0; i < KEY_CHAINS; i++) parts[i].v[v] = part[i];
        top->v[v] = largest;
    }
}

// The shares of a block of whole tiles, added to `sum`. False when one is out of reach: then they mean nothing.
INLINE bool near_shares(size_t count, size_t width, float scale, const float *keys, const float *queries,
                        const float *reference, float *shares, float *sum) {
    panel parts[KEY_CHAINS], top;
    for (int v = 0; v < TILE_VECTORS; v++) {
        for (int i = 0; i < KEY_CHAINS; i++) parts[i].v[v] = splat(0);
        top.v[v] = splat(-INFINITY);
    }
    for (size_t k = 0; k < count; k += KEY_ROWS)
        share_tile(width, keys + k * width, queries, scale, reference, shares + k * TILE_COLUMNS, parts, &top);
    if (largest_lane(max_v(top.v[0], top.v[1])) > CK_ATTEND_REACH) return false;
    for (int v = 0; v < TILE_VECTORS; v++) {
        float *at = sum + v * CK_LANES;
        store(at, load(at) + (parts[0].v[v] + parts[1].v[v]));
    }
    return true;
}

// All bits of the lanes whose query sees key k: the first one sees `seen` keys of the block, every other one more.
INLINE vi visible_lanes(size_t k, ptrdiff_t seen, int vector) {
    vi lane;
    for (int i = 0; i < CK_LANES; i++) lane[i] = vector * CK_LANES + i;
    return lane > (vi)(int32_t)((ptrdiff_t)k - seen);
}

// Scores become shares; references that are out of reach of the block's largest scores become those. What was
// accumulated before has to be multiplied by `correction`, as `sum` is.
INLINE void shares_of_scores(size_t count, float scale, bool causal, ptrdiff_t seen, float *scores, float *reference,
                             float *sum, panel *correction) {
    for (int v = 0; v < TILE_VECTORS; v++) {
        float *column = scores + v * CK_LANES;
        vf top = splat(-INFINITY);
        for (size_t k = 0; k < count; k++) {
            vf score = load(column + k * TILE_COLUMNS);
            if (causal) score = visible_lanes(k, seen, v) ? score : splat(-INFINITY);
            top = max_v(score, top);
        }
        vf before = load(reference + v * CK_LANES);
        vf now = fma_v(top, splat(scale), -before) > splat(CK_ATTEND_REACH) ? top * splat(scale) : before;
        vf parts[KEY_CHAINS];
        for (int i = 0; i < KEY_CHAINS; i++) parts[i] = splat(0);
        for (size_t k = 0; k < count; k++) {
            float *at = column + k * TILE_COLUMNS;
            vf share = exp2_near_v(fma_v(load(at), splat(scale), -now));
            if (causal) share = as_vf(as_vi(share) & visible_lanes(k, seen, v));
            store(at, share);
            parts[k % KEY_CHAINS] += share;
        }
        correction->v[v] = exp2_near_v(before - now);
        store(reference + v * CK_LANES, now);
        store(sum + v * CK_LANES, fma_v(load(sum + v * CK_LANES), correction->v[v], parts[0] + parts[1]));
    }
}

FN __attribute__((noinline)) void first_shares(size_t count, float scale, bool causal, ptrdiff_t seen, float *scores,
                                               float *reference, float *sum, panel *correction) {
    if (causal) shares_of_scores(count, scale, true, seen, scores, reference, sum, correction);
    else shares_of_scores(count, scale, false, seen, scores, reference, sum, correction);
}

// out[c][query] = correction[query] · out[c][query] + Σ values[k][c] · shares[k][query] for VALUE_COLUMNS channels
FN __attribute__((noinline)) void value_tile(size_t count, const float *values, size_t stride, const float *shares,
                                             const panel *correction, float *out) {
    vf sums[VALUE_COLUMNS][TILE_VECTORS];
    for (int c = 0; c < VALUE_COLUMNS; c++)
        for (int v = 0; v < TILE_VECTORS; v++) sums[c][v] = splat(0);
    for (size_t k = 0; k < count; k++, values += stride, shares += TILE_COLUMNS) {
        vf share[TILE_VECTORS];
        for (int v = 0; v < TILE_VECTORS; v++) share[v] = load(shares + v * CK_LANES);
#pragma clang loop unroll(full)
        for (int c = 0; c < VALUE_COLUMNS; c++)
            for (int v = 0; v < TILE_VECTORS; v++) sums[c][v] = fma_v(splat(values[c]), share[v], sums[c][v]);
    }
    for (int c = 0; c < VALUE_COLUMNS; c++)
        for (int v = 0; v < TILE_VECTORS; v++) {
            float *to = out + c * TILE_COLUMNS + v * CK_LANES;
            store(to, fma_v(load(to), correction->v[v], sums[c][v]));
        }
}

FN void attend(size_t rows, size_t key_count, size_t width, size_t stride, float scale, bool causal, size_t first,
               const float *queries, const float *keys, const float *values, float *result, float *scratch) {
    size_t block = attend_keys(width), padded = round_up(width, VALUE_COLUMNS), lanes = round_up(rows, TILE_COLUMNS);
    float *key_rows = scratch, *value_rows = key_rows + block * width, *shares = value_rows + block * padded;
    float *query_panels = shares + block * TILE_COLUMNS, *out = query_panels + lanes * width;
    float *reference = out + lanes * padded, *sum = reference + lanes;
    pack_panels(rows, width, queries, CK_F32, 0, stride, query_panels);
    memset(out, 0, lanes * padded * sizeof(float));
    memset(sum, 0, lanes * sizeof(float));
    for (size_t r = 0; r < lanes; r++) reference[r] = -INFINITY;
    scale *= LOG2_E;
    for (size_t start = 0; start < key_count; start += block) {
        if (causal && start >= first + rows) break;
        size_t count = key_count - start < block ? key_count - start : block;
        pack_tokens(count, width, keys + start * stride, stride, key_rows, width);
        memset(key_rows + count * width, 0, (round_up(count, KEY_ROWS) - count) * width * sizeof(float));
        pack_tokens(count, width, values + start * stride, stride, value_rows, padded);
        for (size_t row = 0; row < rows; row += TILE_COLUMNS) {
            // No query of the panel sees a key of this block.
            if (causal && start >= first + row + TILE_COLUMNS) continue;
            // The next block comes while this one is computed with.
            size_t next = start + block + block * row / lanes;
            size_t end = start + block + block * (row + TILE_COLUMNS) / lanes;
            if (end <= key_count) {
                prefetch_tokens(end - next, width, keys + next * stride, stride);
                prefetch_tokens(end - next, width, values + next * stride, stride);
            }
            const float *panel_queries = query_panels + row * width;
            panel correction;
            for (int v = 0; v < TILE_VECTORS; v++) correction.v[v] = splat(1);
            bool is_near = start > 0 && !causal && count % KEY_ROWS == 0;
            is_near = is_near && near_shares(count, width, scale, key_rows, panel_queries, reference + row, shares,
                                             sum + row);
            if (!is_near) {
                for (size_t k = 0; k < count; k += KEY_ROWS)
                    score_tile(width, key_rows + k * width, panel_queries, shares + k * TILE_COLUMNS);
                first_shares(count, scale, causal, (ptrdiff_t)(first + row) - (ptrdiff_t)start + 1, shares,
                             reference + row, sum + row, &correction);
            }
            for (size_t c = 0; c < width; c += VALUE_COLUMNS)
                value_tile(count, value_rows + c, padded, shares, &correction, out + row * padded + c * TILE_COLUMNS);
        }
    }
    for (size_t r = 0; r < rows; r++) {
        const float *from = out + r / TILE_COLUMNS * TILE_COLUMNS * padded + r % TILE_COLUMNS;
        float inverse = 1 / sum[r];
        for (size_t c = 0; c < width; c++) result[r * stride + c] = from[c * TILE_COLUMNS] * inverse;
    }
}
