// For any processor: vectors of four, which every 64-bit architecture has.
#define CK_LANES 4
#define CK_TILE_ROWS 6
#define CK_TARGET
#define CK_FUSED 0
#define CK_TABLE ck_portable
#define CK_TABLE_NAME "portable"
#define CK_NUMERICS "portable"
#include "kernels_body.h"
