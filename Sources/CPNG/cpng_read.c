// Reading files of unknown origin. Nothing is allocated for a picture before its size has been checked, chunks other
// than the picture are bounded in size and number, and those that are of no use here are skipped unread. libpng's own
// bounds leave gaps (version 1.6.39 only warns of a chunk over the bound, then takes up to 2 GiB for it on the word of
// four bytes), so it also gets its memory from an allocator that refuses to go over a budget.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpng_state.h"

enum {
    // The most bytes a chunk other than the picture's data may inflate to: larger texts are left out.
    chunk_bytes = 4 << 20,
    // The most bytes libpng may hold at a time beside its rows: a file that takes more is refused.
    budget_bytes = 16 << 20,
    // libpng counts down to 2: 30 text and colour chunks are kept, further ones are skipped.
    chunk_count = 32,
};

// The colour chunks are kept as they are: libpng would parse the profile, and would report gamma and
// chromaticities that are not in the file when it says sRGB.
static const png_byte colour_chunks[] = "gAMA\0cHRM\0sRGB\0iCCP";
static const png_byte text_chunks[] = "tEXt\0zTXt\0iTXt";
_Static_assert(sizeof colour_chunks == 4 * 5 && sizeof text_chunks == 3 * 5, "five bytes a name");

struct cpng_reader {
    cpng_state state;
    cpng_limits limits;
    enum { READER_OPEN, READER_ROWS, READER_FINISHED } stage;
    int descriptor;
    /// The rest of a file in memory; NULL for a descriptor.
    uint8_t *bytes;
    size_t byte_count;
    size_t bytes_read;
    uint32_t height;
    uint32_t rows_read;
    size_t row_bytes;
    /// Passes that an interlaced picture is read in; 1 for others.
    int passes;
    /// The whole picture, when it is interlaced: its rows are complete only after the last pass.
    uint8_t *picture;
    /// What libpng may still allocate.
    size_t budget;
    png_structp png;
    png_infop info;
};

/// Stands before every block that libpng is given.
typedef union block_header {
    size_t byte_count;
    max_align_t alignment;
} block_header;

static png_voidp allocate(png_structp png, png_alloc_size_t byte_count) {
    cpng_reader *reader = png_get_mem_ptr(png);
    if (byte_count > reader->budget) {
        cpng_state_fail(&reader->state, CPNG_TOO_LARGE, 0, "its texts and profiles take too much memory");
        png_error(png, "budget");
    }
    block_header *block = malloc(sizeof *block + byte_count);
    if (block == NULL) return NULL;
    block->byte_count = byte_count;
    reader->budget -= byte_count;
    return block + 1;
}

static void release(png_structp png, png_voidp memory) {
    cpng_reader *reader = png_get_mem_ptr(png);
    block_header *block = (block_header *)memory - 1;
    reader->budget += block->byte_count;
    free(block);
}

static void end_early(cpng_reader *reader) {
    cpng_state_fail(&reader->state, CPNG_DAMAGED, 0, "the file ends early");
    png_error(reader->png, "end");
}

static void read_from_memory(png_structp png, png_bytep target, size_t count) {
    cpng_reader *reader = png_get_io_ptr(png);
    if (count > reader->byte_count - reader->bytes_read) end_early(reader);
    memcpy(target, reader->bytes + reader->bytes_read, count);
    reader->bytes_read += count;
}

static void read_from_descriptor(png_structp png, png_bytep target, size_t count) {
    cpng_reader *reader = png_get_io_ptr(png);
    while (count > 0) {
        ssize_t taken = read(reader->descriptor, target, count);
        if (taken < 0 && errno == EINTR) continue;
        if (taken < 0) {
            cpng_state_fail(&reader->state, CPNG_SYSTEM_ERROR, errno, "read");
            png_error(png, "read");
        }
        if (taken == 0) end_early(reader);
        target += taken;
        count -= (size_t)taken;
    }
}

static cpng_status misuse(cpng_reader *reader, const char *message) {
    return cpng_state_fail(&reader->state, CPNG_MISUSE, 0, message);
}

/// Takes over `bytes`.
static cpng_reader *open_reader(int descriptor, uint8_t *bytes, size_t byte_count, cpng_limits limits) {
    cpng_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        free(bytes);
        return NULL;
    }
    reader->descriptor = descriptor;
    reader->bytes = bytes;
    reader->byte_count = byte_count;
    reader->limits = limits;
    reader->state.fallback = CPNG_DAMAGED;
    // This row and the one before, of up to 8 bytes a pixel, and what libpng adds to their ends.
    reader->budget = budget_bytes + 2 * 8 * ((size_t)limits.side + 64);
    if (setjmp(reader->state.escape)) {
        cpng_reader_close(reader);
        return NULL;
    }
    reader->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &reader->state, cpng_state_on_error,
                                           cpng_state_on_warning, reader, allocate, release);
    if (reader->png != NULL) reader->info = png_create_info_struct(reader->png);
    if (reader->info == NULL) {
        cpng_reader_close(reader);
        return NULL;
    }
    png_set_read_fn(reader->png, reader, bytes != NULL ? read_from_memory : read_from_descriptor);
    png_set_user_limits(reader->png, limits.side, limits.side);
    png_set_chunk_malloc_max(reader->png, chunk_bytes);
    png_set_chunk_cache_max(reader->png, chunk_count);
    png_set_crc_action(reader->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_AS_DEFAULT, text_chunks, 3);
    png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_ALWAYS, colour_chunks, 4);
    return reader;
}

cpng_reader *cpng_reader_open_descriptor(int descriptor, cpng_limits limits) {
    return open_reader(descriptor, NULL, 0, limits);
}

cpng_reader *cpng_reader_open_bytes(const uint8_t *bytes, size_t byte_count, cpng_limits limits) {
    uint8_t *copy = malloc(byte_count > 0 ? byte_count : 1);
    if (copy == NULL) return NULL;
    if (byte_count > 0) memcpy(copy, bytes, byte_count);
    return open_reader(-1, copy, byte_count, limits);
}

static void find_colour_chunks(const cpng_reader *reader, cpng_header *header) {
    png_unknown_chunkp chunks = NULL;
    int count = png_get_unknown_chunks(reader->png, reader->info, &chunks);
    for (int index = 0; index < count; index++) {
        const png_unknown_chunk *chunk = &chunks[index];
        const char *name = (const char *)chunk->name;
        if (strcmp(name, "cHRM") == 0 && !header->has_chromaticities) {
            header->has_chromaticities = true;
            for (int number = 0; number < 8 && chunk->size == 32; number++) {
                header->chromaticities[number] = png_get_uint_32(chunk->data + 4 * number);
            }
        }
        if (strcmp(name, "sRGB") == 0) header->has_srgb = true;
        if (strcmp(name, "iCCP") == 0) header->has_icc_profile = true;
        if (strcmp(name, "gAMA") == 0 && !header->has_gamma) {
            header->has_gamma = true;
            header->gamma = chunk->size == 4 ? png_get_uint_32(chunk->data) : 0;
            if (header->gamma > PNG_UINT_31_MAX) header->gamma = 0;
        }
    }
}

/// Asks for RGB or RGBA of 8 or 16 bits, whatever the file holds.
static void set_transforms(cpng_reader *reader) {
    png_set_expand(reader->png);
    int colour = png_get_color_type(reader->png, reader->info);
    if (colour == PNG_COLOR_TYPE_GRAY || colour == PNG_COLOR_TYPE_GRAY_ALPHA) png_set_gray_to_rgb(reader->png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    png_set_swap(reader->png);
#endif
}

/// Decodes an interlaced picture whole. Runs under the caller's setjmp.
static cpng_status read_passes(cpng_reader *reader, int passes) {
    // Within size_t: rows are at most 8 bytes a pixel, and the pixels have been checked against the limits.
    reader->picture = calloc(reader->height, reader->row_bytes);
    if (reader->picture == NULL) {
        return cpng_state_fail(&reader->state, CPNG_OUT_OF_MEMORY, 0, "no memory for an interlaced picture");
    }
    for (int pass = 0; pass < passes; pass++) {
        for (uint32_t row = 0; row < reader->height; row++) {
            png_read_row(reader->png, reader->picture + row * reader->row_bytes, NULL);
        }
    }
    return CPNG_OK;
}

cpng_status cpng_reader_begin(cpng_reader *reader, cpng_header *header) {
    memset(header, 0, sizeof *header);
    if (reader->state.failure.status != CPNG_OK) return reader->state.failure.status;
    if (reader->stage != READER_OPEN) return misuse(reader, "a second header");
    if (setjmp(reader->state.escape)) return reader->state.failure.status;

    png_read_info(reader->png, reader->info);
    header->width = png_get_image_width(reader->png, reader->info);
    header->height = png_get_image_height(reader->png, reader->info);
    if ((uint64_t)header->width * header->height > reader->limits.pixels) {
        char text[128];
        snprintf(text, sizeof text, "%u × %u pixels, of which at most %llu are read", header->width,
                 header->height, (unsigned long long)reader->limits.pixels);
        return cpng_state_fail(&reader->state, CPNG_TOO_LARGE, 0, text);
    }
    find_colour_chunks(reader, header);
    set_transforms(reader);
    int passes = png_set_interlace_handling(reader->png);
    png_read_update_info(reader->png, reader->info);
    header->bit_depth = png_get_bit_depth(reader->png, reader->info);
    header->channels = png_get_channels(reader->png, reader->info);
    reader->height = header->height;
    reader->row_bytes = (size_t)header->width * header->channels * (header->bit_depth / 8);
    // What everyone who sizes a buffer for rows relies on.
    if ((header->channels != 3 && header->channels != 4) || (header->bit_depth != 8 && header->bit_depth != 16) ||
        reader->row_bytes != png_get_rowbytes(reader->png, reader->info)) {
        return cpng_state_fail(&reader->state, CPNG_DAMAGED, 0, "a colour type that does not expand to RGB");
    }
    reader->stage = READER_ROWS;
    reader->passes = passes;
    return CPNG_OK;
}

cpng_status cpng_reader_read_rows(cpng_reader *reader, void *rows, size_t byte_count) {
    if (reader->state.failure.status != CPNG_OK) return reader->state.failure.status;
    if (reader->stage != READER_ROWS) return misuse(reader, "rows before the header or after the end");
    if (byte_count % reader->row_bytes != 0) return misuse(reader, "a part of a row");
    size_t row_count = byte_count / reader->row_bytes;
    if (row_count > reader->height - reader->rows_read) return misuse(reader, "more rows than the picture has");
    if (reader->passes > 1 && reader->picture == NULL) {
        if (setjmp(reader->state.escape)) return reader->state.failure.status;
        cpng_status status = read_passes(reader, reader->passes);
        if (status != CPNG_OK) return status;
    }
    if (reader->picture != NULL) {
        if (byte_count > 0) memcpy(rows, reader->picture + reader->rows_read * reader->row_bytes, byte_count);
    } else {
        if (setjmp(reader->state.escape)) return reader->state.failure.status;
        for (size_t row = 0; row < row_count; row++) {
            png_read_row(reader->png, (png_bytep)rows + row * reader->row_bytes, NULL);
        }
    }
    reader->rows_read += (uint32_t)row_count;
    return CPNG_OK;
}

cpng_status cpng_reader_finish(cpng_reader *reader) {
    if (reader->state.failure.status != CPNG_OK) return reader->state.failure.status;
    if (reader->stage != READER_ROWS) return misuse(reader, "the end before the header, or twice");
    if (reader->rows_read != reader->height) return misuse(reader, "the end before the last row");
    if (setjmp(reader->state.escape)) return reader->state.failure.status;
    png_read_end(reader->png, reader->info);
    reader->stage = READER_FINISHED;
    return CPNG_OK;
}

size_t cpng_reader_text_count(const cpng_reader *reader) {
    png_textp texts = NULL;
    int count = 0;
    png_get_text(reader->png, reader->info, &texts, &count);
    return count > 0 ? (size_t)count : 0;
}

static const png_text *find_text(const cpng_reader *reader, size_t index) {
    png_textp texts = NULL;
    int count = 0;
    png_get_text(reader->png, reader->info, &texts, &count);
    return count > 0 && index < (size_t)count ? &texts[index] : NULL;
}

cpng_text_extent cpng_reader_text_extent(const cpng_reader *reader, size_t index) {
    const png_text *text = find_text(reader, index);
    if (text == NULL) return (cpng_text_extent){0};
    bool is_utf8 = text->compression >= PNG_ITXT_COMPRESSION_NONE;
    return (cpng_text_extent){
        .key = strlen(text->key),
        .value = is_utf8 ? text->itxt_length : text->text_length,
        .is_utf8 = is_utf8,
    };
}

bool cpng_reader_copy_text(const cpng_reader *reader, size_t index, uint8_t *key, size_t key_capacity,
                           uint8_t *value, size_t value_capacity) {
    const png_text *text = find_text(reader, index);
    if (text == NULL) return false;
    cpng_text_extent extent = cpng_reader_text_extent(reader, index);
    if (extent.key > key_capacity || extent.value > value_capacity) return false;
    if (extent.key > 0) memcpy(key, text->key, extent.key);
    if (extent.value > 0) memcpy(value, text->text, extent.value);
    return true;
}

cpng_failure cpng_reader_failure(const cpng_reader *reader, char *message, size_t capacity) {
    return cpng_state_failure(&reader->state, message, capacity);
}

void cpng_reader_close(cpng_reader *reader) {
    if (reader->png != NULL) png_destroy_read_struct(&reader->png, &reader->info, NULL);
    free(reader->picture);
    free(reader->bytes);
    free(reader);
}
