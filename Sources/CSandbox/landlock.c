#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confinement.h"
#include "results.h"

// The kernel's interface in full: the headers of a distribution know the parts that its own kernel had.

/// struct landlock_ruleset_attr as of version 6. An older kernel takes the front part that it knows.
struct ruleset_attributes {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};

/// struct landlock_path_beneath_attr.
struct __attribute__((packed)) beneath_attributes {
    uint64_t allowed_access;
    int32_t parent;
};

enum {
    /// The same numbers on every architecture.
    create_ruleset = 444,
    add_rule = 445,
    restrict_self = 446,

    flag_version = 1,
    rule_path_beneath = 1,

    access_read_file = 1 << 2,

    /// execute, write_file, read_file, read_dir, remove_dir, remove_file, make_char ... make_sym.
    accesses_of_version_1 = (1 << 13) - 1,
    /// refer, of version 2.
    access_refer = 1 << 13,
    /// truncate, of version 3.
    access_truncate = 1 << 14,
    /// ioctl on devices, of version 5.
    access_ioctl_device = 1 << 15,
    /// bind and connect over TCP, of version 4.
    accesses_to_network = 3,
    /// abstract sockets and signals beyond the domain, of version 6.
    all_scopes = 3,
};

int csandbox_landlock_version(void) {
    const long version = syscall(create_ruleset, NULL, 0, flag_version);
    return version > 0 ? (int)version : 0;
}

/// What this version of Landlock can take away.
static struct ruleset_attributes everything(int version, size_t *size) {
    struct ruleset_attributes attributes = {.handled_access_fs = accesses_of_version_1};
    *size = sizeof attributes.handled_access_fs;
    if (version >= 2) { attributes.handled_access_fs |= access_refer; }
    if (version >= 3) { attributes.handled_access_fs |= access_truncate; }
    if (version >= 4) {
        attributes.handled_access_net = accesses_to_network;
        *size += sizeof attributes.handled_access_net;
    }
    if (version >= 5) { attributes.handled_access_fs |= access_ioctl_device; }
    if (version >= 6) {
        attributes.scoped = all_scopes;
        *size = sizeof attributes;
    }
    return attributes;
}

/// Whether this thread is the only one: Landlock binds one thread, and the threads it starts afterwards.
static bool is_alone(void) {
#ifdef CSANDBOX_SANITIZED
    // The thread sanitizer has one of its own.
    return true;
#else
    DIR *const tasks = opendir("/proc/self/task");
    if (tasks == NULL) { return false; }
    int count = 0;
    for (const struct dirent *entry = readdir(tasks); entry != NULL; entry = readdir(tasks)) {
        if (entry->d_name[0] != '.') { count += 1; }
    }
    closedir(tasks);
    return count == 1;
#endif
}

csandbox_result csandbox_read_only_below(int32_t readable, int version) {
    if (!is_alone()) { return csandbox_failure_from_errno(EBUSY); }
    size_t size = 0;
    const struct ruleset_attributes attributes = everything(version, &size);
    const int ruleset = (int)syscall(create_ruleset, &attributes, size, 0);
    if (ruleset < 0) { return csandbox_failure_from_errno(errno); }
    const struct beneath_attributes beneath = {.allowed_access = access_read_file, .parent = readable};
    int error_number = 0;
    if (syscall(add_rule, ruleset, rule_path_beneath, &beneath, 0) != 0
        || syscall(restrict_self, ruleset, 0) != 0) {
        error_number = errno;
    }
    close(ruleset);
    return error_number == 0 ? csandbox_success() : csandbox_failure_from_errno(error_number);
}
