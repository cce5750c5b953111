// What GantrySandbox needs from the kernel and Swift cannot say by itself: spawning with exact descriptors, limits,
// opening below a folder, sealed shared memory, a channel with deadlines.
//
// Every function returns a status and the errno behind it. Nothing is allocated for the caller; descriptors that come
// out belong to the caller and are close-on-exec.

#ifndef CSANDBOX_H
#define CSANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a call came to. New values may be added.
typedef enum csandbox_status {
    /// Done.
    CSANDBOX_OK = 0,
    /// There is no such file or folder.
    CSANDBOX_ABSENT = 1,
    /// A symbolic link lies on the path or at its end.
    CSANDBOX_LINK = 2,
    /// The path leaves the folder.
    CSANDBOX_OUTSIDE = 3,
    /// A folder, FIFO, socket or device where a regular file was expected, or no folder where one was.
    CSANDBOX_WRONG_KIND = 4,
    /// The file's permissions forbid it.
    CSANDBOX_NOT_PERMITTED = 5,
    /// The deadline passed.
    CSANDBOX_TIMED_OUT = 6,
    /// The other end is closed.
    CSANDBOX_CLOSED = 7,
    /// The kernel, or a filter in front of it, has no such call.
    CSANDBOX_UNSUPPORTED = 8,
    /// Any other errno.
    CSANDBOX_SYSTEM = 9,
} csandbox_status;

/// A status and the errno it was made from, 0 where there is none.
typedef struct csandbox_result {
    csandbox_status status;
    int32_t error_number;
} csandbox_result;

/// An open regular file and what fstat says about it.
typedef struct csandbox_file {
    int32_t descriptor;
    int64_t size_bytes;
    int64_t modified_seconds;
    int64_t modified_nanoseconds;
} csandbox_file;

/// How a child ended: `signal` is 0 where it exited by itself, with `exit_code`.
typedef struct csandbox_child_end {
    int32_t signal;
    int32_t exit_code;
} csandbox_child_end;

// Files

/// Opens a folder for use with `csandbox_open_beneath`. The path itself is trusted; links in it are followed.
csandbox_result csandbox_open_folder(const char *_Nonnull path, int32_t *_Nonnull out_descriptor);

/// Names a folder, for nothing but to confine a process to it, by a path that stays below `folder` and meets no
/// symbolic link.
csandbox_result csandbox_name_folder_beneath(
    int32_t folder, const char *_Nonnull path, int32_t *_Nonnull out_descriptor);

/// Opens a regular file for reading, by a path that stays below `folder` and meets no symbolic link (openat2 with
/// RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and RESOLVE_NO_MAGICLINKS). Never blocks on a FIFO.
csandbox_result csandbox_open_beneath(
    int32_t folder, const char *_Nonnull path, csandbox_file *_Nonnull out_file);

/// Whether openat2 can be used on `folder`: CSANDBOX_OK or CSANDBOX_UNSUPPORTED.
csandbox_result csandbox_check_open_beneath(int32_t folder);

/// Closes a descriptor.
void csandbox_close(int32_t descriptor);

// Shared memory

/// Makes anonymous shared memory of exactly `size` bytes, sealed against growing and shrinking, so that no process
/// that holds it can make another's map of it fault.
csandbox_result csandbox_create_memory(size_t size, int32_t *_Nonnull out_descriptor);

/// Maps `size` bytes of shared memory; refuses memory that is smaller or could be shrunk.
csandbox_result csandbox_map_memory(
    int32_t descriptor, size_t size, bool writable, void *_Nullable *_Nonnull out_address);

/// Takes a map away.
void csandbox_unmap_memory(void *_Nonnull address, size_t size);

// Channel

/// Descriptors that a message carries at most, or a child is started with.
enum { CSANDBOX_MOST_DESCRIPTORS = 8 };

/// Makes a pair of connected stream sockets.
csandbox_result csandbox_create_channel(int32_t *_Nonnull out_near, int32_t *_Nonnull out_far);

/// Nanoseconds of the monotonic clock.
int64_t csandbox_now_nanoseconds(void);

/// Sends all `count` bytes before the monotonic clock shows `deadline_nanoseconds` (INT64_MAX: no deadline). Raises no
/// SIGPIPE.
csandbox_result csandbox_send(
    int32_t channel, const void *_Nonnull bytes, size_t count, int64_t deadline_nanoseconds);

/// The same, and gives the receiver copies of `descriptors`, at most `CSANDBOX_MOST_DESCRIPTORS`, with the first byte.
csandbox_result csandbox_send_descriptors(
    int32_t channel, const void *_Nonnull bytes, size_t count, const int32_t *_Nonnull descriptors,
    size_t descriptor_count, int64_t deadline_nanoseconds);

/// Waits until something can be received from the channel, or it is closed.
///
/// Returns `CSANDBOX_TIMED_OUT` where neither is so at `deadline`.
csandbox_result csandbox_wait_readable(int32_t channel, int64_t deadline);

/// Receives exactly `count` bytes, likewise. What has already arrived is taken even after the deadline.
csandbox_result csandbox_receive(
    int32_t channel, void *_Nonnull bytes, size_t count, int64_t deadline_nanoseconds);

/// Receives exactly `count` bytes, likewise, and the descriptors that come with the first of them, which become
/// `first`, `first` + 1, ...
///
/// Returns `CSANDBOX_SYSTEM` with EBUSY where something else has one of these numbers.
csandbox_result csandbox_receive_descriptors(
    int32_t channel, void *_Nonnull bytes, size_t count, int32_t first, int64_t deadline_nanoseconds);

// Processes

/// Starts `path` in a process group of its own, with `descriptors` as 3, 4, ..., stdin and stdout on /dev/null, stderr
/// inherited or on /dev/null, everything else closed, no signal blocked or ignored. `arguments` and `environment` end
/// with NULL.
///
/// The spawning thread is one that lives as long as this process, because PR_SET_PDEATHSIG fires at the end of the
/// thread that spawned, not of the process.
csandbox_result csandbox_spawn(
    const char *_Nonnull path, const char *_Nullable const *_Nonnull arguments,
    const char *_Nullable const *_Nonnull environment, const int32_t *_Nonnull descriptors, size_t descriptor_count,
    bool inherit_stderr, int32_t *_Nonnull out_process);

/// Waits for a child to end, at most so long, and says how it did.
///
/// Returns `CSANDBOX_TIMED_OUT` where it runs on; it is then reaped by a later call of these three.
csandbox_result csandbox_await_child(int32_t process, int32_t milliseconds, csandbox_child_end *_Nonnull out_end);

/// Reaps the children that were given up on and have ended since; says how many have not.
size_t csandbox_reap_left_children(void);

/// Kills the child if it still runs, waits for it and says how it ended: by itself, by a signal of its own doing, or by
/// this call's SIGKILL. One that the kernel does not let go of within 10 s counts as killed.
csandbox_result csandbox_end_child(int32_t process, csandbox_child_end *_Nonnull out_end);

/// This process.
int32_t csandbox_process_id(void);

/// Limits this process for good: dies with `parent`, no new privileges, no core dump, not traceable, umask 077, writes
/// no file, few descriptors, `address_space_bytes` (not under a sanitizer, which reserves terabytes), of which all its
/// threads share one heap.
csandbox_result csandbox_limit_self(int32_t parent, uint64_t address_space_bytes);

/// What a kernel cannot do of `csandbox_confine_self`: bits.
typedef enum csandbox_missing {
    /// Landlock (Linux 5.13): the process can open files elsewhere, for writing too, and make and empty them.
    CSANDBOX_NO_LANDLOCK = 1,
    /// A filter of system calls: the process can start others, signal them, connect, remove and rename.
    CSANDBOX_NO_FILTER = 2,
} csandbox_missing;

/// The `csandbox_missing` of this kernel, 0 where everything is there.
uint32_t csandbox_missing_confinement(void);

/// Confines this process for good, after `csandbox_limit_self` and before it reads the first byte that it is not to
/// trust. It opens what lies at or below `readable` (a folder or a file that is open) for reading, nothing else; it
/// makes no process, socket or signal to another, and no code. Threads may be started afterwards. Whatever libraries
/// open or load of their own, they must have done before.
///
/// What the kernel does not have is left out. Returns CSANDBOX_SYSTEM with EBUSY where other threads run already.
csandbox_result csandbox_confine_self(int32_t readable);

/// Lets every process that wants to compute go before this one. Nothing depends on it.
void csandbox_lower_priority(void);

/// Lets this process use `seconds` of processor time from now; then SIGXCPU ends it. Replaces the allowance before.
csandbox_result csandbox_allow_processor_time(uint32_t seconds);

/// Threads that `csandbox_begin_work` can tell apart.
enum { CSANDBOX_MOST_WORKERS = 64 };

/// From now on SIGXCPU ends this process where a work on one thread uses more than `seconds` of processor time, to the
/// second. In place of `csandbox_allow_processor_time`, which allows them to the process.
csandbox_result csandbox_watch_processor_time(uint32_t seconds);

/// The calling thread, known as `worker` (below `CSANDBOX_MOST_WORKERS`), begins a work.
void csandbox_begin_work(uint32_t worker);

/// It has ended it.
void csandbox_end_work(uint32_t worker);

#ifdef __cplusplus
}
#endif

#endif
