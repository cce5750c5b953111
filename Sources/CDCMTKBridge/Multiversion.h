// Compiles a function for several instruction sets; the loader picks by CPU. Only plain loops that the compiler vectorises
// are marked with it.

#ifndef GANTRY_MULTIVERSION_H
#define GANTRY_MULTIVERSION_H

#if defined(__x86_64__) && defined(__linux__)
#define GANTRY_MULTIVERSION __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define GANTRY_MULTIVERSION
#endif

#endif
