// For any processor: vectors of four, which every 64-bit architecture has.
#define CK_LANES 4
#define CK_TARGET
#define CK_FUSED 0
#define CK_TABLE ck_portable
#define CK_TABLE_NAME "portable"
#include "kernels_body.h"
