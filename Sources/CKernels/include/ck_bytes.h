// Kernels over plain bytes: checksums of what goes over the wire, and the filter that makes floats compress.
#ifndef CK_BYTES_H
#define CK_BYTES_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The CRC-32C (Castagnoli, RFC 3720) of `count` bytes that follow those whose checksum is `crc`; 0 at the start.
uint32_t ck_crc32c(uint32_t crc, const uint8_t *bytes, size_t count);
/// The same without 512-bit vectors.
uint32_t ck_crc32c_narrow(uint32_t crc, const uint8_t *bytes, size_t count);
/// The same on any processor: what both are tested against.
uint32_t ck_crc32c_portable(uint32_t crc, const uint8_t *bytes, size_t count);

/// Sorts `count` elements of `width` bytes by the place of the byte: y[b·count + i] = x[i·width + b].
void ck_shuffle_bytes(size_t count, size_t width, const uint8_t *x, uint8_t *y);
/// Undoes ck_shuffle_bytes: y[i·width + b] = x[b·count + i].
void ck_unshuffle_bytes(size_t count, size_t width, const uint8_t *x, uint8_t *y);

#pragma clang assume_nonnull end

#endif
