// PNG files by rows, over libpng's full interface.
//
// libpng reports errors by longjmp, which Swift cannot take part in. Every function here catches them and returns a
// status instead; after the first failure an object stays failed and only its failure and its closing are of use.
// Descriptors belong to the caller: they are never closed here. An object may be used by one thread at a time.
#ifndef CPNG_H
#define CPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef enum __attribute__((enum_extensibility(closed))) cpng_status {
    CPNG_OK = 0,
    /// A read or write failed; `cpng_failure.system_error` is its errno.
    CPNG_SYSTEM_ERROR = 1,
    /// The file is not a PNG, ends early or contradicts itself.
    CPNG_DAMAGED = 2,
    /// The picture exceeds the limits the reader was given.
    CPNG_TOO_LARGE = 3,
    CPNG_OUT_OF_MEMORY = 4,
    /// A call out of order or with impossible arguments.
    CPNG_MISUSE = 5,
} cpng_status;

/// What went wrong first.
typedef struct cpng_failure {
    cpng_status status;
    /// An errno, or 0.
    int32_t system_error;
} cpng_failure;

// Writing: open, add_text..., begin, write_rows..., finish, close.

typedef struct cpng_writer cpng_writer;

/// A writer to an open descriptor; NULL when there is no memory.
cpng_writer *_Nullable cpng_writer_open(int descriptor);
/// Adds a text entry, which will stand before the picture: iTXt when `is_utf8`, else tEXt with Latin-1 bytes.
/// Key and value end in a zero byte and are copied.
cpng_status cpng_writer_add_text(cpng_writer *writer, const uint8_t *key, const uint8_t *value, bool is_utf8);
/// Writes everything up to the picture: 8 bits a channel, RGB, not interlaced.
cpng_status cpng_writer_begin(cpng_writer *writer, uint32_t width, uint32_t height);
/// Writes the next rows; `byte_count` is a multiple of 3·width.
cpng_status cpng_writer_write_rows(cpng_writer *writer, const uint8_t *rows, size_t byte_count);
/// Writes the end, after the last row.
cpng_status cpng_writer_finish(cpng_writer *writer);
/// The first failure; its message goes to `message`, cut to `capacity` bytes with the zero that ends it.
cpng_failure cpng_writer_failure(const cpng_writer *writer, char *message, size_t capacity);
void cpng_writer_close(cpng_writer *writer);

// Reading: open, begin, read_rows..., finish, texts, close.

typedef struct cpng_reader cpng_reader;

/// What a reader refuses before it allocates anything for the picture.
typedef struct cpng_limits {
    /// The greatest width or height.
    uint32_t side;
    /// The greatest width times height.
    uint64_t pixels;
} cpng_limits;

/// The picture as its rows are handed out, and what the file says of its colours, which the rows do not follow.
typedef struct cpng_header {
    uint32_t width;
    uint32_t height;
    /// gAMA times 100000; 0 when absent or unreadable.
    uint32_t gamma;
    /// cHRM times 100000: white, red, green and blue, x before y; 0 when absent or unreadable.
    uint32_t chromaticities[8];
    /// 8 or 16; samples of 16 bits are in the byte order of the machine.
    uint8_t bit_depth;
    /// 3 or 4: RGB or RGBA.
    uint8_t channels;
    bool has_gamma;
    bool has_chromaticities;
    bool has_srgb;
    /// One of over 4 MiB goes unnoticed.
    bool has_icc_profile;
} cpng_header;

/// The extent of a text entry, in bytes.
typedef struct cpng_text_extent {
    size_t key;
    size_t value;
    /// UTF-8 as claimed by the file, else Latin-1.
    bool is_utf8;
} cpng_text_extent;

/// A reader of an open descriptor; NULL when there is no memory.
cpng_reader *_Nullable cpng_reader_open_descriptor(int descriptor, cpng_limits limits);
/// A reader of a file in memory, of which it takes a copy; NULL when there is no memory.
cpng_reader *_Nullable cpng_reader_open_bytes(const uint8_t *bytes, size_t byte_count, cpng_limits limits);
/// Reads everything up to the picture.
cpng_status cpng_reader_begin(cpng_reader *reader, cpng_header *header);
/// Reads the next rows; `byte_count` is a multiple of width·channels·bit_depth/8.
cpng_status cpng_reader_read_rows(cpng_reader *reader, void *rows, size_t byte_count);
/// Reads the end, after the last row.
cpng_status cpng_reader_finish(cpng_reader *reader);
/// The number of text entries met so far.
size_t cpng_reader_text_count(const cpng_reader *reader);
/// The extent of entry `index`; zero when there is none.
cpng_text_extent cpng_reader_text_extent(const cpng_reader *reader, size_t index);
/// Copies entry `index` when its extent is at most that of the buffers; returns whether it did.
bool cpng_reader_copy_text(const cpng_reader *reader, size_t index, uint8_t *key, size_t key_capacity,
                           uint8_t *value, size_t value_capacity);
/// The first failure; its message goes to `message`, cut to `capacity` bytes with the zero that ends it.
cpng_failure cpng_reader_failure(const cpng_reader *reader, char *message, size_t capacity);
void cpng_reader_close(cpng_reader *reader);

_Static_assert(sizeof(cpng_failure) == 8, "shared with Swift");
_Static_assert(sizeof(cpng_header) == 52 && offsetof(cpng_header, bit_depth) == 44, "shared with Swift");
_Static_assert(sizeof(cpng_limits) == 16 && offsetof(cpng_limits, pixels) == 8, "shared with Swift");

#pragma clang assume_nonnull end

#endif
