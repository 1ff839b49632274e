// What the kernels for 3×3 convolutions of stride 1 work on (winograd_body.h).
#ifndef CK_WINOGRAD_H
#define CK_WINOGRAD_H

#include <stddef.h>

#include "ck_storage.h"

#pragma clang assume_nonnull begin

/// The pictures of a batch, channels last. Their results are cut into tiles of 4×4 pixels, which are counted row by
/// row and picture by picture; the last of a row or of a column may be cut off by the picture's end.
typedef struct ck_winograd_pictures {
    size_t height, width, channels;
    /// Zeros above and to the left. Those below and to the right follow from the size of the results.
    size_t top, left;
    size_t output_height, output_width;
} ck_winograd_pictures;

/// The convolution.
typedef struct ck_winograd_layer {
    size_t inputs, outputs;
    /// [outputs][3][3][inputs].
    const void *weights;
    ck_storage storage;
    const float *_Nullable bias;
} ck_winograd_layer;

/// A part of the work: some tiles of a group whose inputs are transformed into the same memory, and some outputs.
typedef struct ck_winograd_block {
    /// The group: `count` tiles from `first` on.
    size_t first, count;
    /// Tiles of it, counted from its first.
    size_t begin, end;
    /// `outputs` outputs from `first_output` on, which is a multiple of the table's winograd_panel.
    size_t first_output, outputs;
} ck_winograd_block;

enum {
    /// The pixels of a transformed tile, 6×6: each becomes a matrix product of its own.
    CK_WINOGRAD_PLANES = 36,
    /// The most input channels that are multiplied in one go. It orders sums, so it is the same for everybody.
    CK_WINOGRAD_DEPTH = 512,
};

/// How many input channels a chunk has, but for the last, which may have fewer: as equal as can be, in whole vectors.
static inline size_t ck_winograd_depth(size_t inputs) {
    size_t chunks = (inputs + CK_WINOGRAD_DEPTH - 1) / CK_WINOGRAD_DEPTH;
    return ((inputs + chunks - 1) / chunks + 15) / 16 * 16;
}

/// Elements from one plane of `count` elements to the next: an odd number of cache lines, so that the 36 elements that
/// a transform writes side by side do not fall into the same set of a cache.
static inline size_t ck_winograd_plane(size_t count) { return ((count + 15) / 16 | 1) * 16; }

/// Elements that the transformed inputs of a group of tiles take.
static inline size_t ck_winograd_inputs_size(size_t tiles, size_t inputs) {
    return CK_WINOGRAD_PLANES * ck_winograd_plane(tiles * inputs);
}

/// Elements that `depth` channels of the transformed weights of `outputs` outputs take, in panels of `panel`.
static inline size_t ck_winograd_chunk_size(size_t depth, size_t outputs, size_t panel) {
    return (outputs + panel - 1) / panel * CK_WINOGRAD_PLANES * ck_winograd_plane(depth * panel);
}

/// Elements that the transformed weights of a layer take, at most.
static inline size_t ck_winograd_weights_size(size_t inputs, size_t outputs, size_t panel) {
    size_t depth = ck_winograd_depth(inputs);
    return (inputs + depth - 1) / depth * ck_winograd_chunk_size(depth, outputs, panel);
}

/// Elements of scratch memory for the results of `tiles` tiles and `outputs` outputs.
static inline size_t ck_winograd_results_size(size_t tiles, size_t outputs, size_t panel) {
    return CK_WINOGRAD_PLANES * ck_winograd_plane(tiles * ((outputs + panel - 1) / panel * panel));
}

#pragma clang assume_nonnull end

#endif
