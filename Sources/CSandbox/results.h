#ifndef CSANDBOX_RESULTS_H
#define CSANDBOX_RESULTS_H

#include "csandbox.h"

/// Success.
csandbox_result csandbox_success(void);

/// A status that no errno stands behind.
csandbox_result csandbox_failure(csandbox_status status);

/// The status that an errno means to a caller who opens, maps or talks.
csandbox_result csandbox_failure_from_errno(int error_number);

#endif
