#include "confinement.h"

#include "results.h"

uint32_t csandbox_missing_confinement(void) {
    const uint32_t landlock = csandbox_landlock_version() > 0 ? 0 : CSANDBOX_NO_LANDLOCK;
    return landlock | (csandbox_has_filter() ? 0 : CSANDBOX_NO_FILTER);
}

csandbox_result csandbox_confine_self(int32_t readable) {
    const int version = csandbox_landlock_version();
    if (version > 0) {
        const csandbox_result bound = csandbox_read_only_below(readable, version);
        if (bound.status != CSANDBOX_OK) { return bound; }
    }
    return csandbox_has_filter() ? csandbox_filter_self() : csandbox_success();
}
