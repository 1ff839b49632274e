// x86-64 with AVX2, fused multiply-add and half-precision conversion (2013 and later).
#if defined(__x86_64__)
#define CK_LANES 8
#define CK_TILE_ROWS 6
#define CK_TARGET __attribute__((target("avx2,fma,f16c")))
#define CK_FUSED 1
#define CK_TABLE ck_avx2
#define CK_TABLE_NAME "avx2"
#define CK_NUMERICS "avx2"
#include "kernels_body.h"
#else
typedef int ck_avx2_is_for_x86;
#endif
