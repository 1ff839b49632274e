#include "cpng.h"
typedef int cpng_placeholder;
