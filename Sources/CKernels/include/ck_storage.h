// How the weights of a layer are stored.
#ifndef CK_STORAGE_H
#define CK_STORAGE_H

/// The elements of a weight: IEEE 754 binary32 or binary16, or the upper half of a binary32.
typedef enum ck_storage {
    CK_F32 = 0,
    CK_F16 = 1,
    CK_BF16 = 2,
} ck_storage;

#endif
