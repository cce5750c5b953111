#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "confinement.h"
#include "results.h"

/// Descriptors the child may hold: the inherited ones, one file, and what libraries open.
enum { most_open_descriptors = 64 };

/// Lowers a limit for good; one that is lower already stays.
static bool lower_limit(int resource, rlim_t value) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) { return false; }
    if (value < limit.rlim_max) { limit.rlim_max = value; }
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(resource, &limit) == 0;
}

int32_t csandbox_process_id(void) {
    return getpid();
}

csandbox_result csandbox_limit_self(int32_t parent, uint64_t address_space_bytes) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) { return csandbox_failure_from_errno(errno); }
    // The parent may have ended before the line above.
    if (getppid() != parent) { return csandbox_failure(CSANDBOX_CLOSED); }
    umask(077);
    // Not dumpable: with a core pattern that pipes, RLIMIT_CORE 0 alone does not keep pixels out of a crash handler.
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return csandbox_failure_from_errno(errno);
    }
    // A write to a file fails with EFBIG; the signal would kill a child whose stderr is a file.
    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR) { return csandbox_failure_from_errno(errno); }
    if (!lower_limit(RLIMIT_CORE, 0) || !lower_limit(RLIMIT_FSIZE, 0)
        || !lower_limit(RLIMIT_NOFILE, most_open_descriptors)) {
        return csandbox_failure_from_errno(errno);
    }
#ifndef CSANDBOX_SANITIZED
    // An arena for each thread would reserve 64 MiB of it and more.
    if (mallopt(M_ARENA_MAX, 1) != 1) { return csandbox_failure_from_errno(ENOMEM); }
    // What one slice's buffers took, the next one's take again: given back between, each page would be cleared anew,
    // and threads would wait for each other over it.
    if (mallopt(M_MMAP_THRESHOLD, 2 << 20) != 1 || mallopt(M_TRIM_THRESHOLD, 2 << 20) != 1) {
        return csandbox_failure_from_errno(ENOMEM);
    }
    if (!lower_limit(RLIMIT_AS, address_space_bytes)) { return csandbox_failure_from_errno(errno); }
#else
    (void)address_space_bytes;
#endif
    return csandbox_success();
}

void csandbox_lower_priority(void) {
    setpriority(PRIO_PROCESS, 0, 19);
}

csandbox_result csandbox_allow_processor_time(uint32_t seconds) {
    struct timespec used;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0) { return csandbox_failure_from_errno(errno); }
    struct rlimit limit;
    if (getrlimit(RLIMIT_CPU, &limit) != 0) { return csandbox_failure_from_errno(errno); }
    // Whole seconds: one more, so that the allowance is never short.
    const rlim_t wanted = (rlim_t)used.tv_sec + seconds + 1;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    if (setrlimit(RLIMIT_CPU, &limit) != 0) { return csandbox_failure_from_errno(errno); }
    return csandbox_success();
}
