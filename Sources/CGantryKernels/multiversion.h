// Compiles a function for several instruction sets; the loader picks by CPU. Only plain loops that the compiler
// vectorises are marked with it.
//
// Not under the thread sanitizer: what picks runs in the loader, before the sanitizer is there, and dies of being
// instrumented.

#ifndef GANTRY_MULTIVERSION_H
#define GANTRY_MULTIVERSION_H

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GANTRY_THREAD_SANITIZED 1
#endif
#endif

#if defined(__x86_64__) && defined(__linux__) && !defined(GANTRY_THREAD_SANITIZED)
#define GANTRY_MULTIVERSION __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define GANTRY_MULTIVERSION
#endif

#endif
