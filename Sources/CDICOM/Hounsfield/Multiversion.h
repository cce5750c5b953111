// Compiles a function for several instruction sets; the loader picks by CPU. Only plain loops that the compiler
// vectorises are marked with it.
//
// Not under the thread sanitizer: what picks runs in the loader, before the sanitizer is there, and dies of being
// instrumented.

#ifndef CDICOM_MULTIVERSION_H
#define CDICOM_MULTIVERSION_H

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CDICOM_THREAD_SANITIZED 1
#endif
#endif

#if defined(__x86_64__) && defined(__linux__) && !defined(CDICOM_THREAD_SANITIZED)
#define CDICOM_MULTIVERSION __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CDICOM_MULTIVERSION
#endif

#endif
