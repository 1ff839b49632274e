// Products of activations with the weights of a layer. Included by kernels_body.h.
//
// Both factors are copied to where the inner loop reads them in order: a block of weights widened and transposed into
// panels of TILE_COLUMNS columns, a block of rows beside each other. The inner loop keeps a tile of the result in
// registers. Every element of the result is one chain of fused multiply-adds for each block of the depth, the blocks
// added in order: its bits depend neither on where in a block it lies nor on the size of tiles and blocks, only on
// its own row and column. So instruction sets of different vector lengths agree, and blocks may be cut anywhere.

enum {
    TILE_ROWS = CK_TILE_ROWS,
    TILE_VECTORS = 2,
    TILE_COLUMNS = TILE_VECTORS * CK_LANES,
    // A panel of this depth fits the first-level cache; all panels and rows of a block the second.
    DEPTH_BLOCK = 320,
    ROW_BLOCK = 96,
    // A row's length beside the next: a power of two would have all rows share few cache sets.
    ROW_STRIDE = DEPTH_BLOCK + 16,
};
_Static_assert(ROW_BLOCK % TILE_ROWS == 0 && CK_PRODUCT_COLUMNS % TILE_COLUMNS == 0, "blocks are whole tiles");
_Static_assert(CK_PRODUCT_SCRATCH >= DEPTH_BLOCK * CK_PRODUCT_COLUMNS + ROW_BLOCK * ROW_STRIDE, "a block has room");

// Weights are transposed in squares of PACK_LANES.
enum { PACK_LANES = CK_LANES < 8 ? CK_LANES : 8 };
typedef float pf __attribute__((ext_vector_type(PACK_LANES), aligned(4)));
typedef int32_t pi __attribute__((ext_vector_type(PACK_LANES), aligned(4)));
typedef uint16_t ps __attribute__((ext_vector_type(PACK_LANES), aligned(2)));

INLINE pf widen_f16_p(const uint16_t *p) {
#if CK_FUSED
    typedef _Float16 ph __attribute__((ext_vector_type(PACK_LANES), aligned(2)));
    return __builtin_convertvector(*(const ph *)p, pf);
#else
    pi bits = __builtin_convertvector(*(const ps *)p, pi);
    pi sign = (bits & 0x8000) << 16, rest = (bits & 0x7fff) << 13;
    pi special = rest >= 0x0f800000;
    pi finite = (pi)((pf)rest * 0x1p112f);
    return (pf)(sign | (special & (rest | 0x7f800000)) | (~special & finite));
#endif
}

INLINE pf load_stored(const void *weights, ck_storage storage, size_t at) {
    switch (storage) {
        case CK_F16: return widen_f16_p((const uint16_t *)weights + at);
        case CK_BF16: return (pf)(__builtin_convertvector(*(const ps *)((const uint16_t *)weights + at), pi) << 16);
        default: return *(const pf *)((const float *)weights + at);
    }
}

INLINE void transpose_p(pf m[PACK_LANES]) {
#if CK_LANES >= 8
    for (int i = 0; i < 8; i += 2) {
        pf a = m[i], b = m[i + 1];
        m[i] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
        m[i + 1] = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int i = 0; i < 8; i += i % 4 == 1 ? 3 : 1) {
        pf a = m[i], b = m[i + 2];
        m[i] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
        m[i + 2] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
    }
    for (int i = 0; i < 4; i++) {
        pf a = m[i], b = m[i + 4];
        m[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
        m[i + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
    }
#else
    _Static_assert(CK_LANES == 4, "transposition is written for four and eight lanes");
    for (int i = 0; i < 4; i += 2) {
        pf a = m[i], b = m[i + 1];
        m[i] = __builtin_shufflevector(a, b, 0, 4, 2, 6);
        m[i + 1] = __builtin_shufflevector(a, b, 1, 5, 3, 7);
    }
    for (int i = 0; i < 2; i++) {
        pf a = m[i], b = m[i + 2];
        m[i] = __builtin_shufflevector(a, b, 0, 1, 4, 5);
        m[i + 2] = __builtin_shufflevector(a, b, 2, 3, 6, 7);
    }
#endif
}

// The rows of `weights` (columns of the product) from element `at` on, `stride` apart, as panels:
// panels[c / TILE_COLUMNS][k][c % TILE_COLUMNS]; columns that are missing from the last panel are zero.
INLINE void pack_panels(size_t columns, size_t depth, const void *weights, ck_storage storage, size_t at,
                        size_t stride, float *panels) {
    for (size_t first = 0; first < columns; first += PACK_LANES) {
        float *to = panels + first / TILE_COLUMNS * TILE_COLUMNS * depth + first % TILE_COLUMNS;
        size_t count = columns - first < PACK_LANES ? columns - first : PACK_LANES;
        size_t k = 0;
        if (count == PACK_LANES) {
            for (; k + PACK_LANES <= depth; k += PACK_LANES) {
                pf m[PACK_LANES];
                for (size_t i = 0; i < PACK_LANES; i++)
                    m[i] = load_stored(weights, storage, at + (first + i) * stride + k);
                transpose_p(m);
                for (size_t i = 0; i < PACK_LANES; i++) *(pf *)(to + (k + i) * TILE_COLUMNS) = m[i];
            }
        }
        for (; k < depth; k++) {
            pf column = {0};
            for (size_t i = 0; i < count; i++) {
                float value;
                size_t from = at + (first + i) * stride + k;
                if (storage == CK_F16) widen_f16(1, (const uint16_t *)weights + from, &value);
                else if (storage == CK_BF16) widen_bf16(1, (const uint16_t *)weights + from, &value);
                else value = ((const float *)weights)[from];
                column[i] = value;
            }
            *(pf *)(to + k * TILE_COLUMNS) = column;
        }
    }
    size_t filled = (columns + PACK_LANES - 1) / PACK_LANES * PACK_LANES;
    size_t end = (columns + TILE_COLUMNS - 1) / TILE_COLUMNS * TILE_COLUMNS;
    for (size_t first = filled; first < end; first += PACK_LANES)
        for (size_t k = 0; k < depth; k++)
            memset(panels + first / TILE_COLUMNS * TILE_COLUMNS * depth + k * TILE_COLUMNS + first % TILE_COLUMNS, 0,
                   sizeof(pf));
}

// sums[r][v] = Σ rows[r][k] · panel[k][v], for the first `vectors` vectors of the panel.
INLINE void tile_sums(int vectors, size_t depth, const float *rows, size_t stride, const float *panel,
                      vf sums[TILE_ROWS][TILE_VECTORS]) {
    for (int r = 0; r < TILE_ROWS; r++)
        for (int v = 0; v < vectors; v++) sums[r][v] = (vf)0.0f;
    // One pointer for three rows: as many as an address can reach with one register for the stride.
    const float *base[TILE_ROWS / 3];
    for (int g = 0; g < TILE_ROWS / 3; g++) base[g] = rows + (size_t)(3 * g) * stride;
    for (size_t k = 0; k < depth; k++) {
        vf column[TILE_VECTORS];
        for (int v = 0; v < vectors; v++)
            column[v] = *(const vf *)(panel + k * TILE_COLUMNS + (size_t)v * CK_LANES);
#pragma clang loop unroll(full)
        for (int r = 0; r < TILE_ROWS; r++) {
            vf element = (vf)base[r / 3][(size_t)(r % 3) * stride + k];
            for (int v = 0; v < vectors; v++) sums[r][v] = fma_v(element, column[v], sums[r][v]);
        }
    }
}

// What a tile is the product of, and where it goes: `before_stride` is 0 where every row begins with the same, the bias.
typedef struct product_tile {
    size_t depth;
    const float *rows;
    size_t rows_stride;
    const float *panel, *before;
    size_t before_stride;
    float *y;
    size_t stride;
} product_tile;

// y = before + sums for a tile of which everything exists but the panel's last vectors.
INLINE void tile_of_vectors(int vectors, const product_tile *t) {
    vf sums[TILE_ROWS][TILE_VECTORS];
    tile_sums(vectors, t->depth, t->rows, t->rows_stride, t->panel, sums);
    for (int r = 0; r < TILE_ROWS; r++)
        for (int v = 0; v < vectors; v++) {
            size_t c = (size_t)v * CK_LANES;
            store(t->y + (size_t)r * t->stride + c, load(t->before + (size_t)r * t->before_stride + c) + sums[r][v]);
        }
}

// The same for a tile at the edge, of which `height` rows and `width` columns exist.
INLINE void part_of_vectors(int vectors, const product_tile *t, size_t height, size_t width) {
    vf sums[TILE_ROWS][TILE_VECTORS];
    tile_sums(vectors, t->depth, t->rows, t->rows_stride, t->panel, sums);
    float elements[TILE_ROWS][TILE_COLUMNS];
    for (int r = 0; r < TILE_ROWS; r++)
        for (int v = 0; v < vectors; v++) store(&elements[r][v * CK_LANES], sums[r][v]);
    for (size_t r = 0; r < height; r++)
        for (size_t c = 0; c < width; c++)
            t->y[r * t->stride + c] = t->before[r * t->before_stride + c] + elements[r][c];
}

FN __attribute__((noinline)) void whole_tile(const product_tile *t) { tile_of_vectors(TILE_VECTORS, t); }
FN __attribute__((noinline)) void narrow_tile(const product_tile *t) { tile_of_vectors(1, t); }
FN __attribute__((noinline)) void part_of_tile(const product_tile *t, size_t height, size_t width) {
    part_of_vectors(TILE_VECTORS, t, height, width);
}
FN __attribute__((noinline)) void part_of_narrow_tile(const product_tile *t, size_t height, size_t width) {
    part_of_vectors(1, t, height, width);
}

// Half of a panel is enough where there are no more columns: the other half would be multiplied for nothing.
INLINE void compute_tile(const product_tile *t, size_t height, size_t width) {
    if (width == TILE_COLUMNS && height == TILE_ROWS) whole_tile(t);
    else if (width == CK_LANES && height == TILE_ROWS) narrow_tile(t);
    else if (width > CK_LANES) part_of_tile(t, height, width);
    else part_of_narrow_tile(t, height, width);
}

// Rows of a block beside each other, filled up with rows of zeros to whole tiles.
INLINE void pack_rows(size_t rows, size_t depth, const float *x, size_t stride, float *packed, size_t packed_stride) {
    size_t r = 0;
    for (; r < rows; r++) memcpy(packed + r * packed_stride, x + r * stride, depth * sizeof(float));
    for (; r % TILE_ROWS != 0; r++) memset(packed + r * packed_stride, 0, depth * sizeof(float));
}

// Whether rows can be multiplied where they are: they lie beside each other as packed ones would, in whole tiles, and
// not all in the same sets of the cache.
INLINE bool lie_well(size_t depth, size_t rows) {
    return depth <= DEPTH_BLOCK && depth % 64 != 0 && rows % TILE_ROWS == 0;
}

// At most CK_PRODUCT_COLUMNS columns.
INLINE void product_columns(size_t rows, size_t columns, size_t depth, const float *x, const void *weights,
                            ck_storage storage, size_t at, const float *bias, ck_activation activation, float *y,
                            size_t stride, float *scratch) {
    float *panels = scratch, *packed = scratch + DEPTH_BLOCK * CK_PRODUCT_COLUMNS;
    float start[TILE_COLUMNS];
    // Blocks of equal depth, whole vectors but for the last.
    size_t blocks = (depth + DEPTH_BLOCK - 1) / DEPTH_BLOCK;
    size_t step = ((depth + blocks - 1) / blocks + 7) / 8 * 8;
    for (size_t k = 0; k < depth; k += step) {
        size_t length = depth - k < step ? depth - k : step;
        pack_panels(columns, length, weights, storage, at + k, depth, panels);
        for (size_t row = 0; row < rows; row += ROW_BLOCK) {
            size_t height = rows - row < ROW_BLOCK ? rows - row : ROW_BLOCK;
            const float *from = x + row * depth + k;
            size_t from_stride = depth;
            if (!lie_well(depth, height)) {
                pack_rows(height, length, from, depth, packed, ROW_STRIDE);
                from = packed;
                from_stride = ROW_STRIDE;
            }
            for (size_t c = 0; c < columns; c += TILE_COLUMNS) {
                size_t width = columns - c < TILE_COLUMNS ? columns - c : TILE_COLUMNS;
                memset(start, 0, sizeof start);
                if (bias) memcpy(start, bias + c, width * sizeof(float));
                for (size_t r = 0; r < height; r += TILE_ROWS) {
                    float *to = y + (row + r) * stride + c;
                    product_tile tile = {length, from + r * from_stride, from_stride, panels + c * length,
                                         k > 0 ? to : start, k > 0 ? stride : 0, to, stride};
                    compute_tile(&tile, height - r < TILE_ROWS ? height - r : TILE_ROWS, width);
                }
            }
            if (k + length == depth && activation != CK_NONE)
                bias_activate(height, columns, stride, NULL, activation, y + row * stride);
        }
    }
}

FN void product(size_t rows, size_t columns, size_t depth, const float *x, const void *weights, ck_storage storage,
                const float *bias, ck_activation activation, float *y, size_t stride, float *scratch) {
    for (size_t c = 0; c < columns; c += CK_PRODUCT_COLUMNS) {
        size_t width = columns - c < CK_PRODUCT_COLUMNS ? columns - c : CK_PRODUCT_COLUMNS;
        const float *part = bias ? bias + c : NULL;
        // The storage as a constant, so that packing has a loop for each.
        switch (storage) {
            case CK_F32:
                product_columns(rows, width, depth, x, weights, CK_F32, c * depth, part, activation, y + c, stride,
                                scratch);
                break;
            case CK_F16:
                product_columns(rows, width, depth, x, weights, CK_F16, c * depth, part, activation, y + c, stride,
                                scratch);
                break;
            case CK_BF16:
                product_columns(rows, width, depth, x, weights, CK_BF16, c * depth, part, activation, y + c, stride,
                                scratch);
                break;
        }
    }
}
