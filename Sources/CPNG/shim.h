// libpng 1.6's simplified API (Debian: libpng-dev).
#include <png.h>
