#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confinement.h"
#include "results.h"

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef OWN_ARCHITECTURE

/// System call numbers from here on are of x32, a second set of numbers on x86-64.
enum { first_of_x32 = 0x40000000 };

/// `O_TMPFILE` without the `O_DIRECTORY` that is part of it.
enum { unnamed_file = O_TMPFILE & ~O_DIRECTORY };

/// What may be opened with: nothing that writes, makes or empties a file.
enum { opening_bits = O_ACCMODE | O_CREAT | O_TRUNC | unnamed_file, opening_to_read = O_RDONLY };

/// What pthread_create asks of clone; a process of its own, or a namespace, is not among it.
enum {
    thread_bits = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS
        | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID
};

/// Threads, memory, clocks, its own signals, and reading and writing what is open already.
static const int always_allowed[] = {
    __NR_read, __NR_pread64, __NR_lseek, __NR_futex, __NR_recvfrom, __NR_ppoll, __NR_openat2, __NR_close, __NR_fstat,
    __NR_newfstatat, __NR_write, __NR_writev, __NR_readv, __NR_munmap, __NR_mremap, __NR_madvise, __NR_brk,
    __NR_clock_gettime, __NR_clock_getres, __NR_clock_nanosleep, __NR_nanosleep, __NR_gettimeofday, __NR_getrandom,
    __NR_getpid, __NR_gettid, __NR_getppid, __NR_getcpu, __NR_sysinfo, __NR_sched_yield, __NR_sched_getaffinity,
    __NR_set_robust_list, __NR_set_tid_address, __NR_rt_sigaction, __NR_rt_sigprocmask, __NR_rt_sigreturn,
    __NR_sigaltstack, __NR_restart_syscall, __NR_exit, __NR_exit_group, __NR_fadvise64,
#ifdef __NR_rseq
    __NR_rseq,
#endif
#ifdef __NR_poll
    __NR_poll,
#endif
#ifdef __NR_time
    __NR_time,
#endif
#ifdef CSANDBOX_SANITIZED
    // What a sanitizer's library calls before it reports. Where a link leads it need not know.
    __NR_msync, __NR_mincore,
#endif
};

/// A call that is allowed where the lower 32 bits of an argument, and of those `mask`, are `value`.
struct conditional {
    int number;
    int argument;
    uint32_t mask;
    uint32_t value;
};

enum { most_instructions = 512 };

struct program {
    struct sock_filter instructions[most_instructions];
    unsigned short count;
};

static void add(struct program *program, struct sock_filter instruction) {
    program->instructions[program->count++] = instruction;
}

static void load(struct program *program, size_t offset) {
    add(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void end(struct program *program, uint32_t action) {
    add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/// Goes on with the next instruction where what is loaded is `value`, otherwise behind `count` more.
static void skip_unless(struct program *program, uint32_t value, unsigned char count) {
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count));
}

static void allow_where(struct program *program, struct conditional call) {
    skip_unless(program, (uint32_t)call.number, 5);
    load(program, offsetof(struct seccomp_data, args) + sizeof(uint64_t) * (size_t)call.argument);
    add(program, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, call.mask));
    skip_unless(program, call.value, 1);
    end(program, SECCOMP_RET_ALLOW);
    load(program, offsetof(struct seccomp_data, nr));
}

static void write_filter(struct program *program) {
    load(program, offsetof(struct seccomp_data, arch));
    skip_unless(program, OWN_ARCHITECTURE, 1);
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0));
    end(program, SECCOMP_RET_KILL_PROCESS);
    load(program, offsetof(struct seccomp_data, nr));
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first_of_x32, 0, 1));
    end(program, SECCOMP_RET_KILL_PROCESS);
    for (size_t index = 0; index < sizeof always_allowed / sizeof *always_allowed; index++) {
        skip_unless(program, (uint32_t)always_allowed[index], 1);
        end(program, SECCOMP_RET_ALLOW);
    }
    const uint32_t own = (uint32_t)getpid();
    const struct conditional conditionals[] = {
        {__NR_openat, 2, opening_bits, opening_to_read},
        // To the one at the other end, never to an address: no pointer to one is given.
        {__NR_sendto, 5, UINT32_MAX, 0},
        // No code is made or loaded.
        {__NR_mmap, 2, PROT_EXEC, 0},
        {__NR_mprotect, 2, PROT_EXEC, 0},
        {__NR_clone, 0, (uint32_t)~thread_bits | CLONE_THREAD | CLONE_VM | CLONE_SIGHAND,
         CLONE_THREAD | CLONE_VM | CLONE_SIGHAND},
        // abort's signal to itself.
        {__NR_tgkill, 0, UINT32_MAX, own},
        // Limits of its own, of which the hard ones are lowered already.
        {__NR_prlimit64, 0, UINT32_MAX, 0},
        // Others, such as F_SETOWN, reach other processes.
        {__NR_fcntl, 1, UINT32_MAX, F_GETFD},
        {__NR_fcntl, 1, UINT32_MAX, F_SETFD},
        {__NR_fcntl, 1, UINT32_MAX, F_GETFL},
    };
    for (size_t index = 0; index < sizeof conditionals / sizeof *conditionals; index++) {
        allow_where(program, conditionals[index]);
    }
    // Its flags lie in memory, where a filter cannot look: the C library then takes clone.
    skip_unless(program, __NR_clone3, 1);
    end(program, SECCOMP_RET_ERRNO | ENOSYS);
    // Where a link leads is not told. Who resolves a path, as HDF5 does, goes on as if nothing on it were one.
#ifdef __NR_readlink
    skip_unless(program, __NR_readlink, 1);
    end(program, SECCOMP_RET_ERRNO | EINVAL);
#endif
    skip_unless(program, __NR_readlinkat, 1);
    end(program, SECCOMP_RET_ERRNO | EINVAL);
    end(program, SECCOMP_RET_ERRNO | EPERM);
}

_Static_assert(
    6 * 16 + 2 * sizeof always_allowed / sizeof *always_allowed + 16 < most_instructions, "the filter has room");

bool csandbox_has_filter(void) {
    const uint32_t action = SECCOMP_RET_KILL_PROCESS;
    return syscall(__NR_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

csandbox_result csandbox_filter_self(void) {
    struct program program = {.count = 0};
    write_filter(&program);
    struct sock_fprog filter = {.len = program.count, .filter = program.instructions};
    const long result = syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
    if (result == 0) { return csandbox_success(); }
    // A positive number is a thread that could not be brought under the filter.
    return csandbox_failure_from_errno(result > 0 ? EBUSY : errno);
}

#else

bool csandbox_has_filter(void) {
    return false;
}

csandbox_result csandbox_filter_self(void) {
    return csandbox_failure(CSANDBOX_UNSUPPORTED);
}

#endif
