#include "ck_bytes.h"

// Inlined with a constant width the loops become vector code.
static inline __attribute__((always_inline)) void shuffle(size_t count, size_t width, const uint8_t *restrict x,
                                                          uint8_t *restrict y) {
    for (size_t byte = 0; byte < width; byte++)
        for (size_t i = 0; i < count; i++) y[byte * count + i] = x[i * width + byte];
}

static inline __attribute__((always_inline)) void unshuffle(size_t count, size_t width, const uint8_t *restrict x,
                                                            uint8_t *restrict y) {
    for (size_t i = 0; i < count; i++)
        for (size_t byte = 0; byte < width; byte++) y[i * width + byte] = x[byte * count + i];
}

void ck_shuffle_bytes(size_t count, size_t width, const uint8_t *x, uint8_t *y) {
    switch (width) {
    case 2: shuffle(count, 2, x, y); break;
    case 4: shuffle(count, 4, x, y); break;
    default: shuffle(count, width, x, y);
    }
}

void ck_unshuffle_bytes(size_t count, size_t width, const uint8_t *x, uint8_t *y) {
    switch (width) {
    case 2: unshuffle(count, 2, x, y); break;
    case 4: unshuffle(count, 4, x, y); break;
    default: unshuffle(count, width, x, y);
    }
}
