// Tries one system call after a child's limits and confinement, and says by its exit status what came of it: 0 done,
// otherwise the errno. `confined-attempts free NAME` tries it without them, to show that it is they that stop it.
// Started by the tests with a channel as descriptor 3, a folder as 4, and this process's parent as the last argument.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <mqueue.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "csandbox.h"

enum { channel = 3, folder = 4, call_is_missing = 200, attempt_is_unknown = 201, not_confined = 202 };

static pid_t parent;

typedef long attempt_function(void);

static long connect_outside(void) {
    const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "nobody-listens-here"};
    const int one = socket(AF_UNIX, SOCK_STREAM, 0);
    return connect(one >= 0 ? one : channel, (const struct sockaddr *)&address, sizeof address);
}
static long socket_inet(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static long socket_unix(void) { return socket(AF_UNIX, SOCK_DGRAM, 0); }
static long socket_netlink(void) { return socket(AF_NETLINK, SOCK_RAW, 0); }
static long socket_pair(void) {
    int ends[2];
    return socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
}
static long bind_it(void) {
    const struct sockaddr_un address = {.sun_family = AF_UNIX};
    return bind(channel, (const struct sockaddr *)&address, sizeof(sa_family_t));
}
static long send_message(void) {
    char byte = 0;
    struct iovec part = {&byte, 1};
    const struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    return sendmsg(channel, &message, MSG_NOSIGNAL);
}
static long execute(void) {
    char *const arguments[] = {"true", NULL};
    return execve("/bin/true", arguments, NULL);
}
static long execute_at(void) {
    char *const arguments[] = {"true", NULL};
    return syscall(SYS_execveat, AT_FDCWD, "/bin/true", arguments, NULL, 0);
}
/// What a fork came to; the copy ends at once.
static long forked(long result) {
    if (result == 0) { _exit(0); }
    if (result > 0) { waitpid((pid_t)result, NULL, 0); }
    return result;
}
static long fork_it(void) { return forked(syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL)); }
static long fork_with_memory(void) {
    return forked(syscall(SYS_clone, CLONE_PARENT_SETTID | SIGCHLD, NULL, &parent, NULL, NULL));
}
static long clone_3(void) {
    struct {
        uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
    } arguments = {.exit_signal = SIGCHLD};
    return forked(syscall(SYS_clone3, &arguments, sizeof arguments));
}
static long kill_parent(void) { return kill(parent, 0); }
static long kill_everyone(void) { return kill(-1, 0); }
static long kill_self(void) { return kill(getpid(), 0); }
static long tgkill_parent(void) { return syscall(SYS_tgkill, parent, parent, 0); }
static long tkill_parent(void) { return syscall(SYS_tkill, parent, 0); }
static long queue_signal(void) {
    siginfo_t info = {.si_code = SI_QUEUE};
    return syscall(SYS_rt_sigqueueinfo, parent, 0, &info);
}
static long process_descriptor(void) { return syscall(SYS_pidfd_open, parent, 0); }
static long own_descriptor(void) { return fcntl(channel, F_SETOWN, parent); }
static long trace(void) { return ptrace(PTRACE_TRACEME, 0, NULL, NULL); }
static long read_parent(void) {
    return syscall(SYS_process_vm_readv, parent, NULL, 0, NULL, 0, 0);
}
static long limit_parent(void) {
    struct rlimit limit;
    return syscall(SYS_prlimit64, parent, RLIMIT_NOFILE, NULL, &limit);
}
static long renice_parent(void) { return setpriority(PRIO_PROCESS, (id_t)parent, 10); }

static long write_below(void) { return openat(folder, "readable", O_WRONLY); }
static long read_and_write_below(void) { return openat(folder, "readable", O_RDWR); }
static long create_below(void) { return openat(folder, "made", O_RDONLY | O_CREAT, 0600); }
static long empty_below(void) { return openat(folder, "readable", O_RDONLY | O_TRUNC); }
static long unnamed_below(void) { return openat(folder, ".", O_TMPFILE | O_WRONLY, 0600); }
static long open_2(const char *path, uint64_t flags, uint64_t mode) {
    const struct open_how how = {.flags = flags, .mode = mode};
    return syscall(SYS_openat2, folder, path, &how, sizeof how);
}
static long write_below_2(void) { return open_2("readable", O_WRONLY, 0); }
static long create_below_2(void) { return open_2("made", O_RDONLY | O_CREAT, 0600); }
static long empty_below_2(void) { return open_2("readable", O_RDONLY | O_TRUNC, 0); }
static long reopen_for_writing(void) {
    const long file = open_2("readable", O_RDONLY, 0);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%ld", file);
    return open_2(path, O_WRONLY, 0);
}
static long read_outside(void) { return open("/etc/passwd", O_RDONLY); }
static long read_outside_2(void) { return open_2("/etc/passwd", O_RDONLY, 0); }
static long read_above(void) { return open_2("../outside", O_RDONLY, 0); }
static long read_by_link(void) { return open_2("link", O_RDONLY, 0); }
static long read_memory_of_parent(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", parent);
    return open(path, O_RDONLY);
}
static long list_below(void) {
    char buffer[512];
    const int below = openat(folder, ".", O_RDONLY | O_DIRECTORY);
    return below < 0 ? -1 : syscall(SYS_getdents64, below, buffer, sizeof buffer);
}
static long list_the_folder(void) {
    char buffer[512];
    return syscall(SYS_getdents64, folder, buffer, sizeof buffer);
}
static long change_folder(void) { return fchdir(folder); }
static long truncate_below(void) { return truncate("/proc/self/fd/4/readable", 0); }
static long remove_below(void) { return unlinkat(folder, "readable", 0); }
static long remove_folder(void) { return unlinkat(folder, "empty", AT_REMOVEDIR); }
static long rename_below(void) { return renameat(folder, "readable", folder, "renamed"); }
static long link_below(void) { return linkat(folder, "readable", folder, "linked", 0); }
static long symbolic_link_below(void) { return symlinkat("readable", folder, "pointing"); }
static long make_folder_below(void) { return mkdirat(folder, "folder", 0700); }
static long make_pipe_below(void) { return mkfifoat(folder, "pipe", 0600); }
static long change_mode(void) { return fchmodat(folder, "readable", 0600, 0); }
static long change_mode_of_open(void) { return fchmod(folder, 0700); }
static long change_owner(void) { return fchownat(folder, "readable", getuid(), getgid(), 0); }
static long change_times(void) { return utimensat(folder, "readable", NULL, 0); }
static long set_attribute(void) { return fsetxattr(folder, "user.gantry", "1", 1, 0); }
static long mount_it(void) { return syscall(SYS_mount, "none", "/", NULL, 1 << 18, NULL); }
static long unshare_it(void) { return unshare(CLONE_FILES); }
static long memory_file(void) { return memfd_create("made", 0); }
static long ring_of_calls(void) {
    char parameters[256] = {0};
    return syscall(SYS_io_uring_setup, 1, parameters);
}
static long control_terminal(void) {
    char letter = 'x';
    return ioctl(channel, TIOCSTI, &letter) == 0 || errno == ENOTTY ? 0 : -1;
}
static long own_by_control(void) { return ioctl(channel, FIOSETOWN, &parent); }
static long code_mapped(void) {
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}
static long code_made(void) {
    void *const page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? -1 : mprotect(page, 4096, PROT_READ | PROT_EXEC);
}
static long shared_segment(void) { return shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600); }
static long event(void) { return syscall(SYS_eventfd2, 0, 0); }
static long keyring(void) { return syscall(SYS_keyctl, 0, -3, 1); }
static long become_dumpable(void) { return prctl(PR_SET_DUMPABLE, 1); }
static long other_personality(void) { return syscall(SYS_personality, 0xffffffff); }
#ifdef __x86_64__
static long of_x32(void) { return syscall(0x40000000 | SYS_getpid); }
static long of_32_bits(void) {
    long result = 20;  // getpid
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory");
    return result;
}
#endif

static long read_below(void) {
    csandbox_file file;
    char byte;
    if (csandbox_open_beneath(folder, "inner/deeper", &file).status != CSANDBOX_OK) { return -1; }
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file.descriptor);
    const int again = open(path, O_RDONLY);
    return again < 0 || pread(again, &byte, 1, 0) != 1 || byte != 'd' ? -1 : 0;
}
static void *socket_on_thread(void *result) {
    *(long *)result = socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0;
    return NULL;
}
/// A thread of its own starts and ends, and what it tried failed: 0.
static long thread(void) {
    long result = -1;
    pthread_t one;
    const int status = pthread_create(&one, NULL, socket_on_thread, &result);
    if (status != 0) { return errno = status, -1; }
    pthread_join(one, NULL);
    return result == EPERM ? 0 : -1;
}
static long memory(void) {
    char *bytes = malloc(8 << 20);
    if (bytes == NULL) { return -1; }
    memset(bytes, 1, 8 << 20);
    char *const more = realloc(bytes, 64 << 20);
    free(more);
    return more == NULL ? -1 : 0;
}
static long talk(void) {
    char byte = 7;
    return csandbox_send(channel, &byte, 1, INT64_MAX).status == CSANDBOX_OK
            && csandbox_receive(channel, &byte, 1, csandbox_now_nanoseconds() + 10000000000).status == CSANDBOX_OK
        ? 0
        : -1;
}
static long processor_time(void) { return csandbox_allow_processor_time(5).status == CSANDBOX_OK ? 0 : -1; }
/// Uses `tenths` of a second of this thread's processor time.
static void use_processor(int tenths) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    const int64_t end = now.tv_sec * 10 + now.tv_nsec / 100000000 + tenths;
    while (now.tv_sec * 10 + now.tv_nsec / 100000000 < end) { clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now); }
}
static void *work_twice(void *tenths) {
    for (int time = 0; time < 2; time++) {
        csandbox_begin_work(1);
        use_processor(*(int *)tenths);
        csandbox_end_work(1);
    }
    return NULL;
}
/// Allows each work a second; another thread does two of `tenths`, this one one of 0.6 s.
static long work(int tenths) {
    pthread_t other;
    if (csandbox_watch_processor_time(1).status != CSANDBOX_OK) { return -1; }
    const int status = pthread_create(&other, NULL, work_twice, &tenths);
    if (status != 0) { return errno = status, -1; }
    csandbox_begin_work(0);
    use_processor(6);
    csandbox_end_work(0);
    pthread_join(other, NULL);
    return 0;
}
static long work_within(void) { return work(6); }
static long work_beyond(void) { return work(40); }
static long abort_it(void) { abort(); }
static long second_thread_first(void) { return 0; }

static const struct attempt {
    const char *name;
    attempt_function *function;
} attempts[] = {
#define ATTEMPT(name) {#name, name}
    ATTEMPT(connect_outside), ATTEMPT(socket_inet), ATTEMPT(socket_unix), ATTEMPT(socket_netlink),
    ATTEMPT(socket_pair), ATTEMPT(bind_it), ATTEMPT(send_message), ATTEMPT(execute), ATTEMPT(execute_at),
    ATTEMPT(fork_it), ATTEMPT(fork_with_memory), ATTEMPT(clone_3), ATTEMPT(kill_parent), ATTEMPT(kill_everyone),
    ATTEMPT(kill_self), ATTEMPT(tgkill_parent), ATTEMPT(tkill_parent), ATTEMPT(queue_signal),
    ATTEMPT(process_descriptor), ATTEMPT(own_descriptor), ATTEMPT(trace), ATTEMPT(read_parent), ATTEMPT(limit_parent),
    ATTEMPT(renice_parent), ATTEMPT(write_below), ATTEMPT(read_and_write_below), ATTEMPT(create_below),
    ATTEMPT(empty_below), ATTEMPT(unnamed_below), ATTEMPT(write_below_2), ATTEMPT(create_below_2),
    ATTEMPT(empty_below_2), ATTEMPT(reopen_for_writing), ATTEMPT(read_outside), ATTEMPT(read_outside_2),
    ATTEMPT(read_above), ATTEMPT(read_by_link), ATTEMPT(read_memory_of_parent), ATTEMPT(list_below),
    ATTEMPT(list_the_folder), ATTEMPT(change_folder), ATTEMPT(truncate_below), ATTEMPT(remove_below),
    ATTEMPT(remove_folder), ATTEMPT(rename_below), ATTEMPT(link_below), ATTEMPT(symbolic_link_below),
    ATTEMPT(make_folder_below), ATTEMPT(make_pipe_below), ATTEMPT(change_mode), ATTEMPT(change_mode_of_open),
    ATTEMPT(change_owner), ATTEMPT(change_times), ATTEMPT(set_attribute), ATTEMPT(mount_it), ATTEMPT(unshare_it),
    ATTEMPT(memory_file), ATTEMPT(ring_of_calls), ATTEMPT(control_terminal), ATTEMPT(own_by_control),
    ATTEMPT(code_mapped), ATTEMPT(code_made), ATTEMPT(shared_segment), ATTEMPT(event), ATTEMPT(keyring),
    ATTEMPT(become_dumpable), ATTEMPT(other_personality),
#ifdef __x86_64__
    ATTEMPT(of_x32), ATTEMPT(of_32_bits),
#endif
    ATTEMPT(read_below), ATTEMPT(thread), ATTEMPT(memory), ATTEMPT(talk), ATTEMPT(processor_time), ATTEMPT(work_within),
    ATTEMPT(work_beyond), ATTEMPT(abort_it), ATTEMPT(second_thread_first),
#undef ATTEMPT
};

/// Makes this kernel one without Landlock: its first call fails as one that is unknown does.
static void forget_landlock(void) {
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 444, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog filter = {.len = 4, .filter = instructions};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) { _exit(not_confined); }
}

static void *wait_for_ever(void *unused) {
    for (;;) { pause(); }
    return unused;
}

int main(int count, char **arguments) {
    const char *const how = count > 1 ? arguments[1] : "", *const name = count > 2 ? arguments[2] : "";
    parent = getppid();
    // Its own threads' signals are its own business; an alarm ends whatever hangs. Processor time comes slowly where
    // others compute.
    alarm(strncmp(name, "work_", 5) == 0 ? 200 : 20);
    pthread_t other;
    if (strcmp(name, "second_thread_first") == 0) { pthread_create(&other, NULL, wait_for_ever, NULL); }
    if (strcmp(how, "old") == 0) { forget_landlock(); }
    if (strcmp(how, "old") == 0 && csandbox_missing_confinement() != CSANDBOX_NO_LANDLOCK) { return not_confined; }
    if (strcmp(how, "free") != 0) {
        if (csandbox_limit_self(parent, UINT64_C(1) << 30).status != CSANDBOX_OK) { return not_confined; }
        const csandbox_result confined = csandbox_confine_self(folder);
        if (confined.status != CSANDBOX_OK) { return confined.error_number; }
    }
    for (size_t index = 0; index < sizeof attempts / sizeof *attempts; index++) {
        if (strcmp(attempts[index].name, name) != 0) { continue; }
        errno = 0;
        const long result = attempts[index].function();
        return result >= 0 ? 0 : errno;
    }
    return attempt_is_unknown;
}
