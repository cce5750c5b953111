#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>

#include "csandbox.h"
#include "results.h"

enum { first_inherited_descriptor = 3 };

/// One call of `csandbox_spawn` on its way through the spawning thread. It lies on the caller's stack, who waits.
struct spawn_request {
    const char *path;
    const char *const *arguments;
    const char *const *environment;
    const int32_t *descriptors;
    size_t descriptor_count;
    bool inherit_stderr;
    pid_t process;
    int error_number;
    bool done;
    struct spawn_request *next;
};

static pthread_once_t spawner_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t spawner_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t spawner_changed = PTHREAD_COND_INITIALIZER;
static struct spawn_request *spawner_requests = NULL;
static int spawner_error_number = 0;

/// Adds what the child gets as its descriptors. `copies` lie above every number that is assigned here, so that no
/// assignment overwrites a later one's source.
static int add_file_actions(
    posix_spawn_file_actions_t *actions, const int *copies, size_t count, bool inherit_stderr) {
    int error_number = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (error_number == 0) {
        error_number = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    }
    if (error_number == 0 && !inherit_stderr) {
        error_number = posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    for (size_t index = 0; index < count && error_number == 0; index++) {
        error_number = posix_spawn_file_actions_adddup2(
            actions, copies[index], first_inherited_descriptor + (int)index);
    }
    if (error_number == 0) {
        error_number = posix_spawn_file_actions_addclosefrom_np(actions, first_inherited_descriptor + (int)count);
    }
    return error_number;
}

static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int error_number = posix_spawnattr_setsigmask(attributes, &none);
    if (error_number == 0) { error_number = posix_spawnattr_setsigdefault(attributes, &all); }
    // A process group of its own: Ctrl-C on the terminal is the parent's to handle.
    if (error_number == 0) { error_number = posix_spawnattr_setpgroup(attributes, 0); }
    if (error_number == 0) {
        error_number = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    return error_number;
}

static int spawn_with_copies(struct spawn_request *request, const int *copies) {
    posix_spawn_file_actions_t actions;
    int error_number = posix_spawn_file_actions_init(&actions);
    if (error_number != 0) { return error_number; }
    posix_spawnattr_t attributes;
    error_number = posix_spawnattr_init(&attributes);
    if (error_number == 0) {
        error_number = add_file_actions(&actions, copies, request->descriptor_count, request->inherit_stderr);
        if (error_number == 0) { error_number = set_attributes(&attributes); }
        if (error_number == 0) {
            error_number = posix_spawn(
                &request->process, request->path, &actions, &attributes, (char *const *)request->arguments,
                (char *const *)request->environment);
        }
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error_number;
}

static int spawn(struct spawn_request *request) {
    int copies[CSANDBOX_MOST_DESCRIPTORS];
    size_t copied = 0;
    int error_number = 0;
    while (copied < request->descriptor_count && error_number == 0) {
        const int copy = fcntl(
            request->descriptors[copied], F_DUPFD_CLOEXEC, first_inherited_descriptor + CSANDBOX_MOST_DESCRIPTORS);
        if (copy < 0) {
            error_number = errno;
        } else {
            copies[copied++] = copy;
        }
    }
    if (error_number == 0) { error_number = spawn_with_copies(request, copies); }
    while (copied > 0) { close(copies[--copied]); }
    return error_number;
}

/// The one thread that is never joined: children end with the thread that started them (PR_SET_PDEATHSIG), so it lives
/// as long as the process. Whoever gives it work waits for the answer, so when `main` returns it stands in a wait. It
/// is plain C, holds nothing, has no thread-specific data, and is gone with the process: an exit handler finds nothing
/// of it at work or being destroyed.
static void *spawner_main(void *unused) {
    (void)unused;
    pthread_setname_np(pthread_self(), "spawner");
    pthread_mutex_lock(&spawner_mutex);
    for (;;) {
        while (spawner_requests == NULL) { pthread_cond_wait(&spawner_changed, &spawner_mutex); }
        struct spawn_request *const request = spawner_requests;
        spawner_requests = request->next;
        pthread_mutex_unlock(&spawner_mutex);
        const int error_number = spawn(request);
        pthread_mutex_lock(&spawner_mutex);
        request->error_number = error_number;
        request->done = true;
        pthread_cond_broadcast(&spawner_changed);
    }
    return NULL;
}

static void start_spawner(void) {
    // Signals of the process are for the threads that expect them.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    spawner_error_number = pthread_create(&thread, NULL, spawner_main, NULL);
    if (spawner_error_number == 0) { pthread_detach(thread); }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

csandbox_result csandbox_spawn(
    const char *path, const char *const *arguments, const char *const *environment, const int32_t *descriptors,
    size_t descriptor_count, bool inherit_stderr, int32_t *out_process) {
    if (descriptor_count > CSANDBOX_MOST_DESCRIPTORS) { return csandbox_failure_from_errno(EINVAL); }
    pthread_once(&spawner_once, start_spawner);
    if (spawner_error_number != 0) { return csandbox_failure_from_errno(spawner_error_number); }
    struct spawn_request request = {
        .path = path,
        .arguments = arguments,
        .environment = environment,
        .descriptors = descriptors,
        .descriptor_count = descriptor_count,
        .inherit_stderr = inherit_stderr,
        .process = 0,
        .error_number = 0,
        .done = false,
        .next = NULL,
    };
    pthread_mutex_lock(&spawner_mutex);
    request.next = spawner_requests;
    spawner_requests = &request;
    pthread_cond_broadcast(&spawner_changed);
    while (!request.done) { pthread_cond_wait(&spawner_changed, &spawner_mutex); }
    pthread_mutex_unlock(&spawner_mutex);
    if (request.error_number != 0) { return csandbox_failure_from_errno(request.error_number); }
    *out_process = request.process;
    return csandbox_success();
}
