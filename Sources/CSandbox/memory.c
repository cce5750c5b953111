#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csandbox.h"
#include "results.h"

csandbox_result csandbox_create_memory(size_t size, int32_t *out_descriptor) {
    const int descriptor = memfd_create("gantry-slices", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) { return csandbox_failure_from_errno(errno); }
    if (ftruncate(descriptor, (off_t)size) != 0
        || fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        const int error_number = errno;
        close(descriptor);
        return csandbox_failure_from_errno(error_number);
    }
    *out_descriptor = descriptor;
    return csandbox_success();
}

csandbox_result csandbox_map_memory(int32_t descriptor, size_t size, bool writable, void **out_address) {
    struct stat facts;
    if (fstat(descriptor, &facts) != 0) { return csandbox_failure_from_errno(errno); }
    const int seals = fcntl(descriptor, F_GET_SEALS);
    if (seals < 0) { return csandbox_failure_from_errno(errno); }
    if ((seals & F_SEAL_SHRINK) == 0 || facts.st_size < 0 || (uint64_t)facts.st_size < size) {
        return csandbox_failure(CSANDBOX_WRONG_KIND);
    }
    const int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
    void *const address = mmap(NULL, size, protection, MAP_SHARED, descriptor, 0);
    if (address == MAP_FAILED) { return csandbox_failure_from_errno(errno); }
    *out_address = address;
    return csandbox_success();
}

void csandbox_unmap_memory(void *address, size_t size) {
    munmap(address, size);
}
