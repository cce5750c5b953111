// CharLS (Debian: libcharls-dev), the reference of our own JPEG-LS decoder.
#include <charls/charls.h>
