// x86-64 with AVX-512 (servers since 2017): longer vectors than AVX2, the same bits.
#if defined(__x86_64__)
#define CK_LANES 16
#define CK_TILE_ROWS 12
#define CK_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c")))
#define CK_FUSED 1
#define CK_TABLE ck_avx512
#define CK_TABLE_NAME "avx512"
#define CK_NUMERICS "avx2"
#include "kernels_body.h"
#else
typedef int ck_avx512_is_for_x86;
#endif
