// zlib's CRC-32 (Debian: zlib1g-dev).
#include <zlib.h>
