// What writer and reader share: where an error of libpng goes.
#ifndef CPNG_STATE_H
#define CPNG_STATE_H

#include <png.h>
#include <setjmp.h>

#include "cpng.h"

typedef struct cpng_state {
    /// Where the function that is running has called setjmp.
    jmp_buf escape;
    cpng_failure failure;
    /// What an error of libpng's own means: bad arguments when writing, a bad file when reading.
    cpng_status fallback;
    char message[256];
    /// libpng's last warning: its errors often say what is wrong only there.
    char warning[128];
} cpng_state;

/// Records a failure unless there is one already, and returns the recorded one's status.
cpng_status cpng_state_fail(cpng_state *state, cpng_status status, int system_error, const char *message);
/// Copies the failure out.
cpng_failure cpng_state_failure(const cpng_state *state, char *message, size_t capacity);

/// libpng's callbacks; its error pointer is the state.
void cpng_state_on_error(png_structp png, png_const_charp message);
void cpng_state_on_warning(png_structp png, png_const_charp message);

#endif
