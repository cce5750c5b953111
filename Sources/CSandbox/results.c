#include "results.h"

#include <errno.h>

csandbox_result csandbox_success(void) {
    return (csandbox_result){.status = CSANDBOX_OK, .error_number = 0};
}

csandbox_result csandbox_failure(csandbox_status status) {
    return (csandbox_result){.status = status, .error_number = 0};
}

csandbox_result csandbox_failure_from_errno(int error_number) {
    csandbox_status status;
    switch (error_number) {
    case ENOENT:
        status = CSANDBOX_ABSENT;
        break;
    case ELOOP:
        status = CSANDBOX_LINK;
        break;
    case EXDEV:
        status = CSANDBOX_OUTSIDE;
        break;
    case ENOTDIR:
    case EISDIR:
    case ENXIO:  // a socket, or a device without a driver
    case ENODEV:
        status = CSANDBOX_WRONG_KIND;
        break;
    case EACCES:
    case EPERM:
        status = CSANDBOX_NOT_PERMITTED;
        break;
    case EPIPE:
    case ECONNRESET:
        status = CSANDBOX_CLOSED;
        break;
    case ENOSYS:
        status = CSANDBOX_UNSUPPORTED;
        break;
    default:
        status = CSANDBOX_SYSTEM;
        break;
    }
    return (csandbox_result){.status = status, .error_number = error_number};
}
