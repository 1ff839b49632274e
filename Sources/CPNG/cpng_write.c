// Writing. Compression level, strategy and filters are set here, and there is no time chunk, so that the same picture
// gives the same bytes with the same zlib.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpng_state.h"

enum {
    // With every filter tried, higher levels take 2 to 5 times as long for less than one part in a hundred.
    compression_level = 4,
    compression_strategy = 1,  // Z_FILTERED
    memory_level = 8,
    // One data chunk and so one write a block.
    block_bytes = 1 << 18,
};

struct cpng_writer {
    cpng_state state;
    int descriptor;
    enum { WRITER_OPEN, WRITER_ROWS, WRITER_FINISHED } stage;
    uint32_t height;
    uint32_t rows_written;
    size_t row_bytes;
    png_structp png;
    png_infop info;
};

static void write_all(png_structp png, png_bytep bytes, size_t count) {
    cpng_writer *writer = png_get_io_ptr(png);
    while (count > 0) {
        ssize_t written = write(writer->descriptor, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            cpng_state_fail(&writer->state, CPNG_SYSTEM_ERROR, written < 0 ? errno : EIO, "write");
            png_error(png, "write");
        }
        bytes += written;
        count -= (size_t)written;
    }
}

// Given so that libpng does not flush a C stream, which there is not.
static void flush(png_structp png) { (void)png; }

static cpng_status misuse(cpng_writer *writer, const char *message) {
    return cpng_state_fail(&writer->state, CPNG_MISUSE, 0, message);
}

cpng_writer *cpng_writer_open(int descriptor) {
    cpng_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) return NULL;
    writer->descriptor = descriptor;
    writer->state.fallback = CPNG_MISUSE;
    if (setjmp(writer->state.escape)) {
        cpng_writer_close(writer);
        return NULL;
    }
    writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &writer->state, cpng_state_on_error,
                                          cpng_state_on_warning);
    if (writer->png != NULL) writer->info = png_create_info_struct(writer->png);
    if (writer->info == NULL) {
        cpng_writer_close(writer);
        return NULL;
    }
    png_set_write_fn(writer->png, writer, write_all, flush);
    png_set_compression_level(writer->png, compression_level);
    png_set_compression_strategy(writer->png, compression_strategy);
    png_set_compression_mem_level(writer->png, memory_level);
    png_set_compression_window_bits(writer->png, 15);
    png_set_compression_buffer_size(writer->png, block_bytes);
    png_set_filter(writer->png, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
    return writer;
}

cpng_status cpng_writer_add_text(cpng_writer *writer, const uint8_t *key, const uint8_t *value, bool is_utf8) {
    if (writer->state.failure.status != CPNG_OK) return writer->state.failure.status;
    if (writer->stage != WRITER_OPEN) return misuse(writer, "text after the header");
    if (setjmp(writer->state.escape)) return writer->state.failure.status;
    // png_text has no const members although the strings are only read, and copied.
    png_text text = {
        .compression = is_utf8 ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE,
        .key = (png_charp)key,
        .text = (png_charp)value,
    };
    png_set_text(writer->png, writer->info, &text, 1);
    return CPNG_OK;
}

cpng_status cpng_writer_begin(cpng_writer *writer, uint32_t width, uint32_t height) {
    if (writer->state.failure.status != CPNG_OK) return writer->state.failure.status;
    if (writer->stage != WRITER_OPEN) return misuse(writer, "a second header");
    if (setjmp(writer->state.escape)) return writer->state.failure.status;
    png_set_IHDR(writer->png, writer->info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
    png_write_info(writer->png, writer->info);
    writer->height = height;
    writer->row_bytes = (size_t)width * 3;
    writer->stage = WRITER_ROWS;
    return CPNG_OK;
}

cpng_status cpng_writer_write_rows(cpng_writer *writer, const uint8_t *rows, size_t byte_count) {
    if (writer->state.failure.status != CPNG_OK) return writer->state.failure.status;
    if (writer->stage != WRITER_ROWS) return misuse(writer, "rows before the header or after the end");
    if (byte_count % writer->row_bytes != 0) return misuse(writer, "a part of a row");
    size_t row_count = byte_count / writer->row_bytes;
    if (row_count > writer->height - writer->rows_written) return misuse(writer, "more rows than the picture has");
    if (setjmp(writer->state.escape)) return writer->state.failure.status;
    for (size_t row = 0; row < row_count; row++) png_write_row(writer->png, rows + row * writer->row_bytes);
    writer->rows_written += (uint32_t)row_count;
    return CPNG_OK;
}

cpng_status cpng_writer_finish(cpng_writer *writer) {
    if (writer->state.failure.status != CPNG_OK) return writer->state.failure.status;
    if (writer->stage != WRITER_ROWS) return misuse(writer, "the end before the header, or twice");
    if (writer->rows_written != writer->height) return misuse(writer, "the end before the last row");
    if (setjmp(writer->state.escape)) return writer->state.failure.status;
    png_write_end(writer->png, NULL);
    writer->stage = WRITER_FINISHED;
    return CPNG_OK;
}

cpng_failure cpng_writer_failure(const cpng_writer *writer, char *message, size_t capacity) {
    return cpng_state_failure(&writer->state, message, capacity);
}

void cpng_writer_close(cpng_writer *writer) {
    if (writer->png != NULL) png_destroy_write_struct(&writer->png, &writer->info);
    free(writer);
}
