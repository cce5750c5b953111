// The parts of `csandbox_confine_self`.

#ifndef CSANDBOX_CONFINEMENT_H
#define CSANDBOX_CONFINEMENT_H

#include "csandbox.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CSANDBOX_SANITIZED 1
#endif
#endif

/// The version of Landlock that the kernel has, 0 where it has none or forbids it.
int csandbox_landlock_version(void);

/// From now on this process opens what lies at or below `readable` for reading, and nothing else in any file system.
/// Returns CSANDBOX_SYSTEM with EBUSY where other threads run already, which Landlock would not bind.
csandbox_result csandbox_read_only_below(int32_t readable, int version);

/// Whether the kernel takes a filter.
bool csandbox_has_filter(void);

/// From now on every system call of every thread but the listed ones fails with EPERM, and one of another architecture
/// ends the process.
csandbox_result csandbox_filter_self(void);

#endif
