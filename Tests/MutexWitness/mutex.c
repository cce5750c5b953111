// Tells the thread sanitizer when a lock changes hands.
//
// Swift's Mutex takes a free lock in the program's own code, which the sanitizer sees. A lock that is held it waits for
// in its library, which no sanitizer is built into: what the two holders guard by it looks like a race. Under the
// sanitizer these two functions take the place of the library's, and call them.
#define _GNU_SOURCE
#include <MutexWitness.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)

#include <dlfcn.h>
#include <stdint.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *
// A thread calls them to its very end, when the sanitizer has let go of it: not instrumented themselves.
#define PLAIN __attribute__((disable_sanitizer_instrumentation))

void __tsan_acquire(void *address);
void __tsan_release(void *address);

typedef SWIFT void (*lock_function)(uint32_t, SELF);
typedef SWIFT void (*unlock_function)(SELF);

SWIFT void lock_slowly(uint32_t thread, SELF handle) __asm__(LOCK);
SWIFT void unlock_slowly(SELF handle) __asm__(UNLOCK);

SWIFT PLAIN void lock_slowly(uint32_t thread, SELF handle) {
    static _Atomic(void *) known;
    void *original = known;
    if (!original) { known = original = dlsym(RTLD_NEXT, LOCK); }
    ((lock_function)original)(thread, handle);
    __tsan_acquire(handle);
}

SWIFT PLAIN void unlock_slowly(SELF handle) {
    static _Atomic(void *) known;
    void *original = known;
    if (!original) { known = original = dlsym(RTLD_NEXT, UNLOCK); }
    __tsan_release(handle);
    ((unlock_function)original)(handle);
}

#endif
#endif
