// Tells the thread sanitizer when a lock changes hands.
//
// Swift's Mutex waits with the kernel's priority-inheriting futex, by which a lock that is waited for is handed over
// inside the kernel: the sanitizer sees no operation between the two holders, and takes what they guard by it for a
// race. Under it, this takes the place of the C library's `syscall`, which Mutex calls.
#define _GNU_SOURCE
#include <FutexWitness.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)

#include <dlfcn.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <sys/syscall.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

typedef long (*system_call)(long, long, long, long, long, long, long);

// A thread calls it to its very end, when the sanitizer has let go of it: not instrumented itself.
__attribute__((disable_sanitizer_instrumentation)) long syscall(long number, ...) {
    static _Atomic(system_call) known;
    system_call call = known;
    if (!call) {
        call = (system_call)dlsym(RTLD_NEXT, "syscall");
        known = call;
    }
    va_list list;
    va_start(list, number);
    long arguments[6];
    for (int index = 0; index < 6; index++) { arguments[index] = va_arg(list, long); }
    va_end(list);
    const long operation = number == SYS_futex ? arguments[1] & FUTEX_CMD_MASK : -1;
    if (operation == FUTEX_UNLOCK_PI) { __tsan_release((void *)arguments[0]); }
    const long result =
        call(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
    if ((operation == FUTEX_LOCK_PI || operation == FUTEX_TRYLOCK_PI) && result == 0) {
        __tsan_acquire((void *)arguments[0]);
    }
    return result;
}

#endif
#endif
