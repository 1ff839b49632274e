#include "cpng_state.h"

#include <stdio.h>
#include <string.h>

cpng_status cpng_state_fail(cpng_state *state, cpng_status status, int system_error, const char *message) {
    if (state->failure.status == CPNG_OK) {
        state->failure = (cpng_failure){.status = status, .system_error = system_error};
        snprintf(state->message, sizeof state->message, "%s", message);
    }
    return state->failure.status;
}

cpng_failure cpng_state_failure(const cpng_state *state, char *message, size_t capacity) {
    if (capacity > 0) snprintf(message, capacity, "%s", state->message);
    return state->failure;
}

void cpng_state_on_error(png_structp png, png_const_charp message) {
    cpng_state *state = png_get_error_ptr(png);
    char text[sizeof state->message];
    if (state->warning[0] != '\0') {
        snprintf(text, sizeof text, "%s (%s)", message, state->warning);
    } else {
        snprintf(text, sizeof text, "%s", message);
    }
    // libpng has no codes: these two are told by its words, and fall back to the general status should they change.
    cpng_status status = state->fallback;
    if (strcmp(message, "Out of memory") == 0) status = CPNG_OUT_OF_MEMORY;
    if (strstr(state->warning, "exceeds user limit") != NULL) status = CPNG_TOO_LARGE;
    cpng_state_fail(state, status, 0, text);
    longjmp(state->escape, 1);
}

void cpng_state_on_warning(png_structp png, png_const_charp message) {
    cpng_state *state = png_get_error_ptr(png);
    snprintf(state->warning, sizeof state->warning, "%s", message);
}
