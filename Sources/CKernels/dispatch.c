#include "ckernels.h"

extern const ck_kernels ck_portable;
#if defined(__x86_64__)
extern const ck_kernels ck_avx2;
extern const ck_kernels ck_avx512;
#endif

// Adding an instruction set: a kernels_X.c that includes kernels_body.h, a declaration above, a line below.
static const ck_kernels *const all[] = {
    &ck_portable,
#if defined(__x86_64__)
    &ck_avx2,
    &ck_avx512,
#endif
};

const ck_kernels *const *ck_supported(size_t *count) {
    *count = 1;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")) {
        *count = 2;
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
            *count = 3;
    }
#endif
    return all;
}
