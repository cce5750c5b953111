// Processor time of each work, by the clock of the thread that does it. A confined process can make no timer: the
// kernel sends SIGXCPU for every second of the process beyond its soft limit, and then the clocks are looked at.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <time.h>

#include "csandbox.h"
#include "results.h"

enum { idle = 0 };

/// A thread's clock of processor time, and what that showed when its work began: never `idle`.
static struct watched {
    _Atomic clockid_t clock;
    _Atomic int64_t began;
} watched[CSANDBOX_MOST_WORKERS];

static _Atomic int64_t allowance;

/// What a thread's clock shows, nanoseconds; at least 1. A thread that has ended shows 1.
static int64_t shown(clockid_t clock) {
    struct timespec used;
    if (clock_gettime(clock, &used) != 0) { return 1; }
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec + 1;
}

/// Ends the process where a work has used more than it may. Calls nothing that a signal handler may not call.
static void look_at_clocks(int number) {
    const int error_number = errno;
    for (size_t index = 0; index < CSANDBOX_MOST_WORKERS; index++) {
        const int64_t began = atomic_load(&watched[index].began);
        if (began == idle) { continue; }
        const int64_t used = shown(atomic_load(&watched[index].clock)) - began;
        // Where another work has begun meanwhile, neither is beyond anything.
        if (used <= atomic_load(&allowance) || atomic_load(&watched[index].began) != began) { continue; }
        signal(number, SIG_DFL);
        raise(number);
    }
    errno = error_number;
}

csandbox_result csandbox_watch_processor_time(uint32_t seconds) {
    atomic_store(&allowance, (int64_t)seconds * 1000000000);
    struct sigaction action = {.sa_handler = look_at_clocks, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    struct timespec used;
    struct rlimit limit;
    if (sigaction(SIGXCPU, &action, NULL) != 0 || clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0
        || getrlimit(RLIMIT_CPU, &limit) != 0) {
        return csandbox_failure_from_errno(errno);
    }
    // From here on the kernel raises the soft limit by a second with every signal.
    const rlim_t next = (rlim_t)used.tv_sec + 1;
    limit.rlim_cur = next < limit.rlim_max ? next : limit.rlim_max;
    if (setrlimit(RLIMIT_CPU, &limit) != 0) { return csandbox_failure_from_errno(errno); }
    return csandbox_success();
}

void csandbox_begin_work(uint32_t worker) {
    if (worker >= CSANDBOX_MOST_WORKERS) { return; }
    clockid_t clock;
    if (pthread_getcpuclockid(pthread_self(), &clock) != 0) { return; }
    atomic_store(&watched[worker].clock, clock);
    atomic_store(&watched[worker].began, shown(clock));
}

void csandbox_end_work(uint32_t worker) {
    if (worker < CSANDBOX_MOST_WORKERS) { atomic_store(&watched[worker].began, idle); }
}
