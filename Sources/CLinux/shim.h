// What Swift's Glibc module leaves out: statfs(2), mallopt(3).
#include <malloc.h>
#include <sys/vfs.h>
