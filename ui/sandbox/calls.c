#include "ui/sandbox/sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define FOREIGN 0x40000000u /* numbers of the x32 interface */
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

#ifndef ARCHITECTURE

/* Elsewhere the paths alone are guarded. */
bool
sandbox_calls(const struct sandbox_needs *needs)
{
	(void)needs;
	return false;
}

#else

#define STEPS_MAX 600
#define NEWEST 450 /* what is newer is "not there", as on an older kernel */

/* The program is little endian: the lower half stands first. */
#define ARGUMENT(n) \
	((uint32_t)offsetof(struct seccomp_data, args) + 8u * (n))

struct filter {
	struct sock_filter steps[STEPS_MAX];
	unsigned short count;
};

/* Files, memory, time and the terminal; every architecture has a part. */
static const int plain[] = {
#define CALL(name) SYS_##name,
#include "ui/sandbox/calls.def"
#undef CALL
};

static const int of_network[] = { SYS_connect, SYS_bind, SYS_getsockname,
	SYS_getpeername, SYS_setsockopt, SYS_getsockopt, SYS_sendto,
	SYS_recvfrom, SYS_sendmsg, SYS_recvmsg, SYS_sendmmsg, SYS_recvmmsg,
	SYS_shutdown };

static const int of_server[] = { SYS_listen, SYS_accept, SYS_accept4 };

static const uint32_t families[] = { AF_INET, AF_INET6, AF_NETLINK };

#if defined(__SANITIZE_ADDRESS__)
/* The search for leaks stops the process from a helper of its own. */
static const int of_sanitizer[] = { SYS_clone, SYS_ptrace, SYS_wait4,
	SYS_prctl,
#ifdef SYS_getdents
	SYS_getdents,
#endif
};
#endif

static void
put(struct filter *f, unsigned short code, uint32_t k, uint8_t yes,
    uint8_t no)
{
	if (f->count < STEPS_MAX)
		f->steps[f->count++] = (struct sock_filter) { code, yes, no,
			k };
}

static void
load(struct filter *f, uint32_t at)
{
	put(f, BPF_LD | BPF_W | BPF_ABS, at, 0, 0);
}

static void
answer(struct filter *f, uint32_t what)
{
	put(f, BPF_RET | BPF_K, what, 0, 0);
}

static void
allow(struct filter *f, const int *calls, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		put(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[i], 0, 1);
		answer(f, SECCOMP_RET_ALLOW);
	}
}

#define ALLOW(f, calls) allow(f, calls, sizeof(calls) / sizeof((calls)[0]))

/* The call, if one of its arguments has one of the values; or none. */
static void
judge(struct filter *f, int call, unsigned argument, const uint32_t *values,
    size_t n, bool good)
{
	const uint32_t refuse = SECCOMP_RET_ERRNO | EPERM;
	size_t i;

	put(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0,
	    (uint8_t)(2 * n + 2));
	load(f, ARGUMENT(argument));
	for (i = 0; i < n; i++) {
		put(f, BPF_JMP | BPF_JEQ | BPF_K, values[i], 0, 1);
		answer(f, good ? SECCOMP_RET_ALLOW : refuse);
	}
	answer(f, good ? refuse : SECCOMP_RET_ALLOW);
}

static void
begin(struct filter *f)
{
	f->count = 0;
	load(f, (uint32_t)offsetof(struct seccomp_data, arch));
	put(f, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	answer(f, SECCOMP_RET_ERRNO | EPERM);
	load(f, (uint32_t)offsetof(struct seccomp_data, nr));
#ifdef FOREIGN
	put(f, BPF_JMP | BPF_JGE | BPF_K, FOREIGN, 0, 1);
	answer(f, SECCOMP_RET_ERRNO | EPERM);
#endif
}

/* Signals to itself, its own limits, and no typing into the terminal. */
static void
judge_arguments(struct filter *f)
{
	const uint32_t self[] = { (uint32_t)getpid() }, own[] = { 0 };
	const uint32_t typing[] = { TIOCSTI, TIOCLINUX };

	judge(f, SYS_kill, 0, self, 1, true);
	judge(f, SYS_tgkill, 0, self, 1, true);
	judge(f, SYS_prlimit64, 0, own, 1, true);
	judge(f, SYS_ioctl, 1, typing, 2, false);
}

bool
sandbox_calls(const struct sandbox_needs *needs)
{
	struct filter f;
	struct sock_fprog program = { .filter = f.steps };

	begin(&f);
	ALLOW(&f, plain);
	if (needs->network || needs->listens) {
		ALLOW(&f, of_network);
		judge(&f, SYS_socket, 0, families,
		    sizeof(families) / sizeof(families[0]), true);
	}
	if (needs->listens)
		ALLOW(&f, of_server);
#if defined(__SANITIZE_ADDRESS__)
	ALLOW(&f, of_sanitizer);
#endif
	judge_arguments(&f);
	put(&f, BPF_JMP | BPF_JGT | BPF_K, NEWEST, 0, 1);
	answer(&f, SECCOMP_RET_ERRNO | ENOSYS);
	answer(&f, SECCOMP_RET_ERRNO | EPERM);
	program.len = f.count;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#endif
