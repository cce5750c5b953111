#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include "csandbox.h"
#include "results.h"

csandbox_result csandbox_create_channel(int32_t *out_near, int32_t *out_far) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) { return csandbox_failure_from_errno(errno); }
    *out_near = ends[0];
    *out_far = ends[1];
    return csandbox_success();
}

int64_t csandbox_now_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);  // cannot fail: the clock exists and the pointer is valid
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/// Waits until `events` are possible on `channel`.
static csandbox_result wait_until_ready(int channel, short events, int64_t deadline) {
    for (;;) {
        struct timespec rest = {0, 0};
        if (deadline != INT64_MAX) {
            const int64_t remaining = deadline - csandbox_now_nanoseconds();
            if (remaining <= 0) { return csandbox_failure(CSANDBOX_TIMED_OUT); }
            rest.tv_sec = remaining / 1000000000;
            rest.tv_nsec = remaining % 1000000000;
        }
        struct pollfd entry = {.fd = channel, .events = events, .revents = 0};
        const int ready = ppoll(&entry, 1, deadline == INT64_MAX ? NULL : &rest, NULL);
        if (ready > 0) { return csandbox_success(); }
        if (ready < 0 && errno != EINTR) { return csandbox_failure_from_errno(errno); }
    }
}

csandbox_result csandbox_send(int32_t channel, const void *bytes, size_t count, int64_t deadline) {
    const char *rest = bytes;
    while (count > 0) {
        const ssize_t sent = send(channel, rest, count, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            rest += sent;
            count -= (size_t)sent;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            const csandbox_result ready = wait_until_ready(channel, POLLOUT, deadline);
            if (ready.status != CSANDBOX_OK) { return ready; }
        } else if (errno != EINTR) {
            return csandbox_failure_from_errno(errno);
        }
    }
    return csandbox_success();
}

csandbox_result csandbox_wait_readable(int32_t channel, int64_t deadline) {
    return wait_until_ready(channel, POLLIN, deadline);
}

csandbox_result csandbox_receive(int32_t channel, void *bytes, size_t count, int64_t deadline) {
    char *rest = bytes;
    while (count > 0) {
        const ssize_t received = recv(channel, rest, count, MSG_DONTWAIT);
        if (received > 0) {
            rest += received;
            count -= (size_t)received;
        } else if (received == 0) {
            return csandbox_failure(CSANDBOX_CLOSED);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            const csandbox_result ready = wait_until_ready(channel, POLLIN, deadline);
            if (ready.status != CSANDBOX_OK) { return ready; }
        } else if (errno != EINTR) {
            return csandbox_failure_from_errno(errno);
        }
    }
    return csandbox_success();
}
