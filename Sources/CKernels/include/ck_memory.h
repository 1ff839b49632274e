// The C library's allocator.
#ifndef CK_MEMORY_H
#define CK_MEMORY_H

#include <stddef.h>

/// Blocks below `direct` bytes come from the heap, of whose free end up to `kept` bytes stay with the process.
void ck_keep_freed_memory(size_t direct, size_t kept);

#endif
