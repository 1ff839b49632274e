// Numeric kernels of the CPU backend.
//
// Every kernel exists once as source (kernels_body.h) and is compiled once per instruction set into a table of
// function pointers, so that tests can run all sets side by side in one process. All arrays are dense and
// none may overlap unless a comment says so. Sizes are in elements. Nothing here allocates.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ck_bytes.h"
#include "ck_math.h"
#include "ck_memory.h"
#include "ck_storage.h"
#include "ck_winograd.h"

#pragma clang assume_nonnull begin

/// What is applied to each element at the end of a kernel.
typedef enum ck_activation {
    CK_NONE = 0,
    CK_SILU = 1,
    CK_GELU = 2,
    CK_QUICK_GELU = 3,
} ck_activation;

/// How the output of parameter-free self-attention is rescaled.
typedef enum ck_calibration {
    CK_UNCALIBRATED = 0,
    CK_CALIBRATE_MEAN_AND_VARIANCE = 1,
    CK_CALIBRATE_VARIANCE = 2,
} ck_calibration;

/// The most channels that self_attend takes: its accumulators are on the stack.
enum { CK_SELF_ATTEND_MAX_CHANNELS = 64 };

enum {
    /// Columns of a product whose weights are widened at a time; blocks of several times as many lose nothing.
    CK_PRODUCT_COLUMNS = 256,
    /// Floats that product needs for itself.
    CK_PRODUCT_SCRATCH = 320 * CK_PRODUCT_COLUMNS + 96 * 336,
    /// The most queries that attend takes at a time.
    CK_ATTEND_ROWS = 768,
    /// By how many powers of two a score may exceed those that it is taken relative to.
    CK_ATTEND_REACH = 32,
    /// Elements of a row or column that share a scale in fixed point.
    CK_FIXED_BLOCK = 64,
    /// Rows behind the last one that a product in fixed point reads and does not use.
    CK_FIXED_SPARE_ROWS = 11,
};

/// One implementation of every kernel.
typedef struct __attribute__((swift_attr("@Sendable"))) ck_kernels {
    const char *name;
    /// Tables that name the same numerics give the same bits.
    const char *numerics;

    /// Nothing but multiply-adds in registers, `rounds` times multiply_add_chain_operations of them: what the
    /// processor reaches at most. The result means nothing.
    float (*multiply_add_chain)(size_t rounds);
    double multiply_add_chain_operations;

    /// y[i] = the binary32 value of the binary16 x[i].
    void (*widen_f16)(size_t n, const uint16_t *x, float *y);
    /// y[i] = the binary32 value of the bfloat16 x[i].
    void (*widen_bf16)(size_t n, const uint16_t *x, float *y);

    /// sum[c] = Σ x[p][c] and squares[c] = Σ x[p][c]² over the pixels, in binary64.
    void (*channel_sums)(size_t pixels, size_t channels, const float *x, double *sum, double *squares);
    /// y[p][c] = activation(x[p][c]·scale[c] + shift[c]). x and y may be the same array.
    void (*scale_shift)(size_t pixels, size_t channels, const float *x, const float *scale, const float *shift,
                        ck_activation activation, float *y);
    /// Layer normalisation of each row.
    void (*layer_norm)(size_t rows, size_t width, const float *x, const float *weight, const float *bias,
                       float epsilon, float *y);
    /// y[r][c] = activation(y[r][c] + bias[c]) in place; `stride` elements lie between rows.
    void (*bias_activate)(size_t rows, size_t width, size_t stride, const float *_Nullable bias,
                          ck_activation activation, float *y);
    /// Rows of 2·width to rows of width: y[r][c] = x[r][c] · gelu(x[r][width + c]).
    void (*gated_gelu)(size_t rows, size_t width, const float *x, float *y);
    /// y[i] = x[i] + y[i].
    void (*accumulate)(size_t n, const float *x, float *y);
    /// y[i] = a·x[i] + b·y[i], the two products rounded before the sum.
    void (*combine)(size_t n, float a, const float *x, float b, float *y);
    /// y[i] = x[i] limited to low...high; not-a-number becomes low. x and y may be the same array.
    void (*clamp)(size_t n, float low, float high, const float *x, float *y);

    /// y[r][c] = activation(Σₖ x[r][k]·weights[c][k] + bias[c]); x has `depth` elements a row, y `stride` from row
    /// to row. Each element's bits depend on its own row, column and bias alone, so a product may be cut anywhere.
    /// `scratch` has CK_PRODUCT_SCRATCH floats.
    void (*product)(size_t rows, size_t columns, size_t depth, const float *x, const void *weights,
                    ck_storage storage, const float *_Nullable bias, ck_activation activation, float *y,
                    size_t stride, float *scratch);

    /// Products in 16-bit fixed point: every CK_FIXED_BLOCK elements of a row or a column have one scale. Rows of x
    /// as integers of 14 bits, `stride` apart, the last block filled up with zeros; scales[r][block].
    void (*fixed_rows)(size_t rows, size_t depth, const float *x, int16_t *q, size_t stride, float *scales);
    /// Weights as integers of 13 bits in panels of fixed_panel_columns columns, in an order of the table's own:
    /// whole panels of whole blocks, and a scale for each column and block.
    void (*fixed_weights)(size_t columns, size_t depth, const void *weights, ck_storage storage, int16_t *panels,
                          float *scales);
    size_t fixed_panel_columns;
    /// y[r][c] = activation(Σₖ x[r][k]·weights[c][k] + bias[c]) of what the two above gave; `panels` and
    /// `column_scales` begin with a panel. CK_FIXED_SPARE_ROWS rows and their scales behind the last are read and not
    /// used. Sums of a block are exact; all tables give the same bits but for those of an activation.
    void (*fixed_product)(size_t rows, size_t columns, size_t depth, const int16_t *q, size_t stride,
                          const float *row_scales, const int16_t *panels, const float *column_scales,
                          const float *_Nullable bias, ck_activation activation, float *y, size_t y_stride);

    /// softmax(scale · q kᵀ) v of at most CK_ATTEND_ROWS queries of one head, `scale` being positive; `stride` elements
    /// lie between the rows of queries, keys, values and result. When `causal`, row r sees only the keys up to
    /// `first + r`. `scratch` has attend_scratch(width) floats.
    void (*attend)(size_t rows, size_t key_count, size_t width, size_t stride, float scale, bool causal, size_t first,
                   const float *queries, const float *keys, const float *values, float *result, float *scratch);
    size_t (*attend_scratch)(size_t width);

    /// Parameter-free self-attention (AP-LDM): rows begin..<end of softmax(x xᵀ / temperature) x, streamed over
    /// the keys. x is tokens × channels, y the same; at most CK_SELF_ATTEND_MAX_CHANNELS of them.
    void (*self_attend)(size_t tokens, size_t channels, const float *x, float temperature,
                        ck_calibration calibration, float alpha, size_t begin, size_t end, float *y);

    /// One row of a horizontal 4-tap resampling: y[j][c] = Σₖ weight[4j+k] · x[index[4j+k]][c].
    void (*resample_row)(size_t width, size_t channels, const float *x, const int32_t *index, const float *weight,
                         float *y);
    /// y[i] = Σₖ weight[k] · rows[k][i] for four rows.
    void (*blend_rows)(size_t n, const float *_Nonnull const *_Nonnull rows, const float *weight, float *y);

    /// Outputs in a panel of transformed weights.
    size_t winograd_panel;
    /// Transforms the inputs of the block's tiles (not of the whole group) into their places in `transformed`, which
    /// has the group's ck_winograd_inputs_size. The block's outputs do not matter.
    void (*winograd_inputs)(ck_winograd_pictures pictures, ck_winograd_block block, const float *x,
                            float *transformed);
    /// Transforms the weights of the block's outputs into their places in `transformed`, which has the layer's
    /// ck_winograd_weights_size. The block's tiles do not matter.
    void (*winograd_weights)(ck_winograd_layer layer, ck_winograd_block block, float *transformed);
    /// The convolution for the block's tiles and outputs, written into their places in `y`, from the transformed
    /// inputs of the group and the transformed weights of the layer; where there are none, these are transformed a
    /// chunk at a time. `scratch` has the block's ck_winograd_results_size and, in that case, its
    /// ck_winograd_chunk_size. A result does not depend on how tiles and outputs are divided into blocks.
    void (*winograd_results)(ck_winograd_pictures pictures, ck_winograd_layer layer, ck_winograd_block block,
                             const float *inputs, const float *_Nullable weights, float *scratch, float *y);
} ck_kernels;

/// The implementations that this processor can run, slowest first. There is always at least one.
const ck_kernels *_Nonnull const *_Nonnull ck_supported(size_t *count);

/// Copies the input windows of output pixels begin..<end (row-major over an output of `output_width` columns)
/// of a convolution into rows of window_rows·window_columns·channels; pixels outside the picture read as zero.
void ck_gather_windows(const float *picture, size_t height, size_t width, size_t channels, size_t window_rows,
                       size_t window_columns, size_t stride, ptrdiff_t top, ptrdiff_t left, size_t output_width,
                       size_t begin, size_t end, float *windows);

/// Whether every element is finite.
bool ck_all_finite_f32(const float *x, size_t n);
bool ck_all_finite_f16(const uint16_t *x, size_t n);
bool ck_all_finite_bf16(const uint16_t *x, size_t n);

#pragma clang assume_nonnull end

#endif
