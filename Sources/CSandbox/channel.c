#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

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

/// Waits until `events` are possible on `channel`. Where they are already, the deadline does not matter.
static csandbox_result wait_until_ready(int channel, short events, int64_t deadline) {
    for (;;) {
        struct timespec rest = {0, 0};
        const int64_t remaining = deadline - csandbox_now_nanoseconds();
        if (remaining > 0) {
            rest.tv_sec = remaining / 1000000000;
            rest.tv_nsec = remaining % 1000000000;
        }
        struct pollfd entry = {.fd = channel, .events = events, .revents = 0};
        const int ready = ppoll(&entry, 1, deadline == INT64_MAX ? NULL : &rest, NULL);
        if (ready > 0) { return csandbox_success(); }
        if (ready == 0) { return csandbox_failure(CSANDBOX_TIMED_OUT); }
        if (errno != EINTR) { return csandbox_failure_from_errno(errno); }
    }
}

/// After a call on `channel` that would have waited, or was interrupted: success where it is to be made again.
static csandbox_result wait_after_failure(int channel, short events, int64_t deadline) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) { return wait_until_ready(channel, events, deadline); }
    return errno == EINTR ? csandbox_success() : csandbox_failure_from_errno(errno);
}

csandbox_result csandbox_send(int32_t channel, const void *bytes, size_t count, int64_t deadline) {
    const char *rest = bytes;
    while (count > 0) {
        const ssize_t sent = send(channel, rest, count, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            rest += sent;
            count -= (size_t)sent;
        } else {
            const csandbox_result again = wait_after_failure(channel, POLLOUT, deadline);
            if (again.status != CSANDBOX_OK) { return again; }
        }
    }
    return csandbox_success();
}

/// Room for the descriptors of one message.
union ancillary {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int) * CSANDBOX_MOST_DESCRIPTORS)];
};

csandbox_result csandbox_send_descriptors(
    int32_t channel, const void *bytes, size_t count, const int32_t *descriptors, size_t descriptor_count,
    int64_t deadline) {
    if (count == 0 || descriptor_count == 0 || descriptor_count > CSANDBOX_MOST_DESCRIPTORS) {
        return csandbox_failure_from_errno(EINVAL);
    }
    union ancillary ancillary = {.bytes = {0}};
    struct iovec piece = {.iov_base = (void *)bytes, .iov_len = count};
    const struct msghdr message = {
        .msg_iov = &piece,
        .msg_iovlen = 1,
        .msg_control = &ancillary,
        .msg_controllen = CMSG_SPACE(sizeof(int) * descriptor_count),
    };
    ancillary.header.cmsg_level = SOL_SOCKET;
    ancillary.header.cmsg_type = SCM_RIGHTS;
    ancillary.header.cmsg_len = CMSG_LEN(sizeof(int) * descriptor_count);
    memcpy(CMSG_DATA(&ancillary.header), descriptors, sizeof(int) * descriptor_count);
    for (;;) {
        const ssize_t sent = sendmsg(channel, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) { return csandbox_send(channel, (const char *)bytes + sent, count - (size_t)sent, deadline); }
        const csandbox_result again = wait_after_failure(channel, POLLOUT, deadline);
        if (again.status != CSANDBOX_OK) { return again; }
    }
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
        } else {
            const csandbox_result again = wait_after_failure(channel, POLLIN, deadline);
            if (again.status != CSANDBOX_OK) { return again; }
        }
    }
    return csandbox_success();
}

/// Whether the descriptors that came with a message are `first`, `first` + 1, ...; otherwise they are closed. The
/// kernel gives them the least numbers that are free.
static bool takes_descriptors(struct msghdr *message, int32_t first) {
    const struct cmsghdr *const header = CMSG_FIRSTHDR(message);
    if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) { return true; }
    int descriptors[CSANDBOX_MOST_DESCRIPTORS];
    const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(descriptors, CMSG_DATA(header), sizeof(int) * count);
    bool fits = true;
    for (size_t index = 0; index < count; index++) { fits = fits && descriptors[index] == first + (int)index; }
    for (size_t index = 0; index < count && !fits; index++) { close(descriptors[index]); }
    return fits;
}

csandbox_result csandbox_receive_descriptors(
    int32_t channel, void *bytes, size_t count, int32_t first, int64_t deadline) {
    for (;;) {
        union ancillary ancillary;
        struct iovec piece = {.iov_base = bytes, .iov_len = count};
        struct msghdr message = {
            .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &ancillary, .msg_controllen = sizeof ancillary};
        const ssize_t received = recvmsg(channel, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        if (received > 0) {
            if (!takes_descriptors(&message, first)) { return csandbox_failure_from_errno(EBUSY); }
            return csandbox_receive(channel, (char *)bytes + received, count - (size_t)received, deadline);
        }
        if (received == 0) { return csandbox_failure(CSANDBOX_CLOSED); }
        const csandbox_result again = wait_after_failure(channel, POLLIN, deadline);
        if (again.status != CSANDBOX_OK) { return again; }
    }
}
