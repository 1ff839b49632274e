#include <string.h>

#include "ckernels.h"

void ck_gather_windows(const float *picture, size_t height, size_t width, size_t channels, size_t window_rows,
                       size_t window_columns, size_t stride, ptrdiff_t top, ptrdiff_t left, size_t output_width,
                       size_t begin, size_t end, float *windows) {
    size_t run = window_columns * channels;
    for (size_t pixel = begin; pixel < end; pixel++) {
        ptrdiff_t y = (ptrdiff_t)(pixel / output_width * stride) - top;
        ptrdiff_t x = (ptrdiff_t)(pixel % output_width * stride) - left;
        // The columns of the window that lie inside the picture are one contiguous run.
        ptrdiff_t first = x < 0 ? -x : 0;
        ptrdiff_t last = x + (ptrdiff_t)window_columns > (ptrdiff_t)width ? (ptrdiff_t)width - x : (ptrdiff_t)window_columns;
        for (size_t row = 0; row < window_rows; row++, windows += run) {
            ptrdiff_t line = y + (ptrdiff_t)row;
            if (line < 0 || line >= (ptrdiff_t)height || first >= last) {
                memset(windows, 0, run * sizeof(float));
                continue;
            }
            if (first > 0) memset(windows, 0, (size_t)first * channels * sizeof(float));
            memcpy(windows + (size_t)first * channels, picture + ((size_t)line * width + (size_t)(x + first)) * channels,
                   (size_t)(last - first) * channels * sizeof(float));
            if (last < (ptrdiff_t)window_columns)
                memset(windows + (size_t)last * channels, 0, ((size_t)((ptrdiff_t)window_columns - last)) * channels * sizeof(float));
        }
    }
}

bool ck_all_finite_f32(const float *x, size_t n) {
    uint32_t bad = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, sizeof bits);
        bad |= (bits & 0x7f800000u) == 0x7f800000u;
    }
    return bad == 0;
}

bool ck_all_finite_f16(const uint16_t *x, size_t n) {
    uint16_t bad = 0;
    for (size_t i = 0; i < n; i++) bad |= (x[i] & 0x7c00u) == 0x7c00u;
    return bad == 0;
}

bool ck_all_finite_bf16(const uint16_t *x, size_t n) {
    uint16_t bad = 0;
    for (size_t i = 0; i < n; i++) bad |= (x[i] & 0x7f80u) == 0x7f80u;
    return bad == 0;
}
