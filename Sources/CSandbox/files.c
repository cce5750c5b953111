#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "csandbox.h"
#include "results.h"

static int open_below(int folder, const char *path, uint64_t flags) {
    struct open_how how = {
        .flags = flags,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    // EAGAIN: a rename elsewhere raced with the walk; the kernel asks to try again.
    for (int attempt = 0; attempt < 32; attempt++) {
        const int descriptor = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
        if (descriptor >= 0 || (errno != EAGAIN && errno != EINTR)) { return descriptor; }
    }
    return -1;
}

csandbox_result csandbox_open_folder(const char *path, int32_t *out_descriptor) {
    const int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) { return csandbox_failure_from_errno(errno); }
    *out_descriptor = descriptor;
    return csandbox_success();
}

csandbox_result csandbox_name_folder_beneath(int32_t folder, const char *path, int32_t *out_descriptor) {
    const int descriptor = open_below(folder, path, O_PATH | O_CLOEXEC | O_DIRECTORY);
    if (descriptor < 0) { return csandbox_failure_from_errno(errno); }
    *out_descriptor = descriptor;
    return csandbox_success();
}

/// Whether there is something at `path` that is no regular file. A confined child may not open a folder, and is told
/// that it is not permitted; a descriptor that only names it tells the kind.
static bool is_of_wrong_kind(int folder, const char *path) {
    const int descriptor = open_below(folder, path, O_PATH | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) { return false; }
    struct stat facts;
    const bool is_wrong = fstat(descriptor, &facts) == 0 && !S_ISREG(facts.st_mode);
    close(descriptor);
    return is_wrong;
}

csandbox_result csandbox_open_beneath(int32_t folder, const char *path, csandbox_file *out_file) {
    const int descriptor = open_below(folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) {
        const int error_number = errno;
        if (error_number == EACCES && is_of_wrong_kind(folder, path)) { return csandbox_failure(CSANDBOX_WRONG_KIND); }
        return csandbox_failure_from_errno(error_number);
    }
    struct stat facts;
    if (fstat(descriptor, &facts) != 0) {
        const int error_number = errno;
        close(descriptor);
        return csandbox_failure_from_errno(error_number);
    }
    if (!S_ISREG(facts.st_mode)) {
        close(descriptor);
        return csandbox_failure(CSANDBOX_WRONG_KIND);
    }
    *out_file = (csandbox_file){
        .descriptor = descriptor,
        .size_bytes = facts.st_size,
        .modified_seconds = facts.st_mtim.tv_sec,
        .modified_nanoseconds = facts.st_mtim.tv_nsec,
    };
    return csandbox_success();
}

csandbox_result csandbox_check_open_beneath(int32_t folder) {
    const int descriptor = open_below(folder, ".", O_PATH | O_CLOEXEC | O_DIRECTORY);
    if (descriptor < 0) {
        // A container's filter answers EPERM to calls it does not know.
        return (csandbox_result){.status = CSANDBOX_UNSUPPORTED, .error_number = errno};
    }
    close(descriptor);
    return csandbox_success();
}

void csandbox_close(int32_t descriptor) {
    close(descriptor);
}
