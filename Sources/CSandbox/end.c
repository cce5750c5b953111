#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "csandbox.h"
#include "results.h"

enum {
    /// How long a child that was killed is waited for. One that the kernel holds (a disk that does not answer) ends
    /// when the kernel lets go of it, and nobody's wish to stop waits for that.
    patience_milliseconds = 10000,
    most_left = 64,
};

/// Children that were given up on and are still to be reaped.
static pthread_mutex_t left_mutex = PTHREAD_MUTEX_INITIALIZER;
static pid_t left[most_left];
static size_t left_count = 0;

static void leave(pid_t process) {
    pthread_mutex_lock(&left_mutex);
    if (left_count < most_left) { left[left_count++] = process; }
    pthread_mutex_unlock(&left_mutex);
}

size_t csandbox_reap_left_children(void) {
    pthread_mutex_lock(&left_mutex);
    size_t kept = 0;
    for (size_t index = 0; index < left_count; index++) {
        if (waitpid(left[index], NULL, WNOHANG) == 0) { left[kept++] = left[index]; }
    }
    left_count = kept;
    pthread_mutex_unlock(&left_mutex);
    return kept;
}

/// Whether a child has ended, after at most `milliseconds`; where the kernel cannot tell (before Linux 5.3), it is said
/// to have, and waiting for it takes as long as it takes.
static bool has_ended(pid_t process, int64_t milliseconds) {
    const int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
    if (descriptor < 0) { return true; }
    const int64_t deadline = csandbox_now_nanoseconds() + milliseconds * 1000000;
    struct pollfd request = {.fd = descriptor, .events = POLLIN, .revents = 0};
    int ready;
    do {
        const int64_t remaining = (deadline - csandbox_now_nanoseconds() + 999999) / 1000000;
        ready = poll(&request, 1, remaining > 0 ? (int)remaining : 0);
    } while (ready < 0 && errno == EINTR);
    close(descriptor);
    // Where one cannot wait for so long, one waits without an end.
    return ready != 0;
}

csandbox_result csandbox_await_child(int32_t process, int32_t milliseconds, csandbox_child_end *out_end) {
    (void)csandbox_reap_left_children();
    if (!has_ended(process, milliseconds)) {
        leave(process);
        return csandbox_failure(CSANDBOX_TIMED_OUT);
    }
    int status = 0;
    while (waitpid(process, &status, 0) < 0) {
        if (errno != EINTR) { return csandbox_failure_from_errno(errno); }
    }
    *out_end = (csandbox_child_end){
        .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
        .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0,
    };
    return csandbox_success();
}

csandbox_result csandbox_end_child(int32_t process, csandbox_child_end *out_end) {
    // A child that has begun to end keeps its own cause: SIGKILL does not change that.
    if (kill(process, SIGKILL) != 0 && errno != ESRCH) { return csandbox_failure_from_errno(errno); }
    const csandbox_result result = csandbox_await_child(process, patience_milliseconds, out_end);
    if (result.status != CSANDBOX_TIMED_OUT) { return result; }
    *out_end = (csandbox_child_end){.signal = SIGKILL, .exit_code = 0};
    return csandbox_success();
}
