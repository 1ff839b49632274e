#include "ck_memory.h"

#include <malloc.h>

void ck_keep_freed_memory(size_t direct, size_t kept) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, (int)direct);
    mallopt(M_TRIM_THRESHOLD, (int)kept);
#else
    (void)direct;
    (void)kept;
#endif
}
