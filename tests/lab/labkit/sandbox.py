"""One private set of namespaces for the whole lab.

enter() turns the rest of the program into process 1 of a new PID namespace
with its own network, mounts and host name. Whatever is started in there dies
with it, and the kernel takes the mounts, namespaces and addresses away, so
there is nothing left to clean up, however the lab ends.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from . import packages

libc = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
PR_SET_PDEATHSIG = 1

# Folders of a host that a server writes to or that hold its configuration.
# They are made before the overlay is mounted, because in a user namespace
# the kernel cannot copy a folder whose owner it does not know.
OWN = ["etc", "etc/ssl", "etc/ssl/certs", "etc/ssl/private", "lab", "tmp",
       "run", "var", "var/log", "var/tmp", "var/cache", "proc", "dev",
       "usr", "usr/local", "usr/local/bin"]

# Folders in which a server installed on this machine may keep data: a lab
# server starts with those of its package alone.
FRESH = ["var/spool", "var/lib", "var/mail"]

USERS = """\
nsd:x:801:801::/var/lib/nsd:/bin/false
unbound:x:802:802::/var/lib/unbound:/bin/false
postfix:x:803:803::/var/spool/postfix:/bin/false
dovecot:x:804:804::/usr/lib/dovecot:/bin/false
dovenull:x:805:805::/nonexistent:/bin/false
postgrey:x:806:806::/var/lib/postgrey:/bin/false
policyd-spf:x:807:807::/nonexistent:/bin/false
Debian-exim:x:808:808::/var/spool/exim4:/bin/false
smmta:x:809:809::/var/lib/sendmail:/bin/false
smmsp:x:810:810::/var/lib/sendmail:/bin/false
opensmtpd:x:811:811::/var/lib/opensmtpd/empty:/bin/false
opensmtpq:x:812:812::/var/lib/opensmtpd/empty:/bin/false
vmail:x:813:813::/var/mail:/bin/false
opendkim:x:816:816::/run/opendkim:/bin/false
opendmarc:x:817:817::/run/opendmarc:/bin/false
bob:x:820:820::/home/bob:/bin/sh
postmaster:x:821:821::/home/postmaster:/bin/sh
anna:x:822:822::/home/anna:/bin/sh
carl:x:823:823::/home/carl:/bin/sh
"""
GROUPS = "postdrop:x:814:\nsasl:x:815:smmta,smmsp\n"


AS_ROOT = ["unshare", "--user", "--map-root-user", "--map-auto"]


def possible():
    """Whether the machine allows the namespaces at all. Asked before anything
    is fetched for them: a chroot or a container often does not."""
    root = os.geteuid() == 0
    with tempfile.TemporaryFile() as words:
        # Where it fails it leaves a child behind that waits for ever, and
        # would keep a pipe open as long.
        trial = subprocess.Popen(
            [*(["unshare"] if root else AS_ROOT), "--mount", "--uts",
             "--ipc", "--net", "--pid", "--fork", "true"],
            stdin=subprocess.DEVNULL, stdout=words, stderr=words,
            start_new_session=True)
        status = trial.wait()
        try:
            os.killpg(trial.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        words.seek(0)
        why = words.read().decode(errors="replace").strip()
    if status != 0:
        raise packages.Unavailable(
            ("namespaces are not allowed here: " if root else
             "neither root nor a user namespace with sub-ids (uidmap): ")
            + why)


def enter():
    """Returns in process 1 of the new namespaces; the process that called
    waits outside, passes the exit status on and ends the lab with itself."""
    if os.geteuid() != 0:
        become_root()
    if libc.unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC |
                    CLONE_NEWPID | CLONE_NEWNET) != 0:
        raise packages.Unavailable(
            "namespaces are not allowed here: "
            + os.strerror(ctypes.get_errno()))
    child = os.fork()
    if child == 0:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        return
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: os.kill(child, signal.SIGKILL))
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def become_root():
    """Starts this program again as root of a user namespace."""
    if os.environ.get("RT_LAB_USERNS"):
        raise packages.Unavailable("the user namespace did not make us root")
    os.environ["RT_LAB_USERNS"] = "1"
    os.execvp(AS_ROOT[0], [*AS_ROOT, sys.executable, *sys.argv])


def run(*command, label=None, **kwargs):
    """A command that has to work."""
    done = subprocess.run([str(c) for c in command], capture_output=True,
                          text=True, **kwargs)
    if done.returncode != 0:
        raise RuntimeError(f"{label or ' '.join(map(str, command))}: "
                           f"{done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def make_mounts_private():
    """What is mounted from here on stays in here. In a chroot "/" is no mount
    and so cannot be told; entering one's own mount namespace leads to the
    real root for as long as that takes."""
    here = os.open("/", os.O_PATH)
    folder = os.open(".", os.O_PATH)
    own = os.pidfd_open(os.getpid())
    if libc.setns(own, CLONE_NEWNS) != 0 or libc.mount(
            b"none", b"/", None, MS_REC | MS_PRIVATE, None) != 0:
        raise packages.Unavailable("mounts cannot be made private: "
                                   + os.strerror(ctypes.get_errno()))
    os.fchdir(here)
    os.chroot(".")
    os.fchdir(folder)
    for fd in (here, folder, own):
        os.close(fd)


def bind(source, target):
    target = Path(target)
    if Path(source).is_dir():
        target.mkdir(parents=True, exist_ok=True)
    elif not target.exists():
        target.touch()
    run("mount", "--rbind", source, target)


class Sandbox:
    """The place of the hosts: a memory file system and a network switch."""

    def __init__(self, logs):
        self.logs = logs
        self.copying = threading.Lock()
        self.place = packages.cache() / "place"
        self.place.mkdir(parents=True, exist_ok=True)
        make_mounts_private()
        run("mount", "-t", "proc", "proc", "/proc")
        run("mount", "-t", "tmpfs", "-o", "mode=755", "lab", self.place)
        for name in ("dev", "net", "hosts"):
            (self.place / name).mkdir()
        self.make_devices()
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "switch", "type", "bridge",
            "forward_delay", "0")
        run("ip", "link", "set", "switch", "up")

    def package(self, group):
        """A copy of a group outside of the machine's root: the kernel wants
        no layer of an overlay inside another."""
        copy = self.place / "packages" / group
        with self.copying:
            if not copy.exists():
                copy.parent.mkdir(exist_ok=True)
                run("cp", "-a", packages.folder(group), copy)
        return copy

    def make_devices(self):
        """Device files, and the socket of syslog for Sendmail's sake."""
        dev = self.place / "dev"
        for name in ("null", "zero", "full", "random", "urandom", "tty"):
            if Path(f"/dev/{name}").exists():
                bind(f"/dev/{name}", dev / name)
        for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"),
                             ("stdout", "fd/1"), ("stderr", "fd/2")):
            (dev / name).symlink_to(target)
        here = os.getcwd()
        os.chdir(dev)       # the path of a socket has only 107 bytes
        sink = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sink.bind("log")
        os.chmod("log", 0o666)
        os.chdir(here)
        threading.Thread(target=self.syslog, args=(sink,),
                         daemon=True).start()

    def syslog(self, sink):
        with open(self.logs / "syslog", "ab", buffering=0) as out:
            while True:
                out.write(sink.recv(8192).rstrip() + b"\n")


class Host:
    """A machine of the lab: own network, name and root folder."""

    ROUTES = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"]

    def __init__(self, sandbox, name, group, addresses, resolver):
        self.sandbox = sandbox
        self.name = name
        self.net = sandbox.place / "net" / name
        self.root = sandbox.place / "hosts" / name / "root"
        self.processes = []
        self.make_root(group)
        self.write("etc/hostname", name + "\n")
        self.write("etc/hosts", f"127.0.0.1 localhost\n{addresses[0]} {name}"
                   f" {name.split('.')[0]}\n")
        self.write("etc/resolv.conf",
                   f"nameserver {resolver}\n" if resolver else "")
        self.connect(addresses)

    def make_root(self, group):
        base = self.root.parent
        upper, work = base / "upper", base / "work"
        for folder in (upper, work, self.root):
            folder.mkdir(parents=True)
        for folder in OWN + FRESH:
            (upper / folder).mkdir(parents=True, exist_ok=True)
        lower = "/"
        if group:
            package = self.sandbox.package(group)
            lower = f"{package}:/"
            for folder in FRESH:
                if (package / folder).is_dir():
                    run("cp", "-a", f"{package / folder}/.", upper / folder)
        run("mount", "-t", "overlay", "overlay", "-o",
            f"lowerdir={lower},upperdir={upper},workdir={work}", self.root)
        for folder in FRESH:
            run("mount", "--bind", upper / folder, self.root / folder)
        run("mount", "-t", "tmpfs", "-o", "mode=755", "run",
            self.root / "run")
        for folder in ("tmp", "var/tmp"):
            run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmp",
                self.root / folder)
        bind("/proc", self.root / "proc")
        bind(self.sandbox.place / "dev", self.root / "dev")
        self.write("etc/passwd", self.with_users("/etc/passwd", USERS))
        self.write("etc/group", self.with_users("/etc/group", "".join(
            f"{u.split(':')[0]}:x:{u.split(':')[2]}:\n"
            for u in USERS.splitlines()) + GROUPS))

    @staticmethod
    def with_users(path, wanted):
        """The machine's table, but these names mean the lab's users."""
        names = {line.split(":")[0] for line in wanted.splitlines()}
        kept = [line for line in Path(path).read_text().splitlines()
                if line.split(":")[0] not in names]
        return "\n".join(kept) + "\n" + wanted

    def connect(self, addresses):
        """A cable to the switch. Every documentation range is on the link,
        and there is no other way anywhere."""
        self.net.touch()
        run("unshare", f"--net={self.net}", "true")
        port = "p" + "".join(f"{int(x):02x}" for x in
                             addresses[0].split("."))
        lines = ["link set lo up",
                 f"link add eth0 type veth peer name {port} netns 1",
                 "link set eth0 up"]
        for address in addresses:
            if ":" in address:
                lines.append(f"addr add {address}/128 dev eth0 nodad")
            else:
                lines.append(f"addr add {address}/32 dev eth0")
        v4 = [a for a in addresses if ":" not in a]
        v6 = [a for a in addresses if ":" in a]
        lines += [f"route add {net} dev eth0 src {v4[0]}"
                  for net in self.ROUTES]
        if v6:
            lines.append(f"route add 2001:db8::/32 dev eth0 src {v6[0]}")
        self.ip(*lines)
        run("ip", "link", "set", port, "master", "switch", "up")

    def ip(self, *lines):
        run("nsenter", f"--net={self.net}", "ip", "-batch", "-",
            input="\n".join(lines) + "\n")

    def write(self, path, text, owner=None, mode=0o644):
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_symlink():
            target.unlink()
        target.write_text(text)
        target.chmod(mode)
        if owner:
            self.own(path, owner)

    def make(self, path, owner, mode=0o755):
        """A folder of a server."""
        target = self.root / path.lstrip("/")
        target.mkdir(parents=True, exist_ok=True)
        target.chmod(mode)
        self.own(path, owner)

    def own(self, path, owner):
        run("chroot", self.root, "chown", "-R", owner, "/" + path.lstrip("/"))

    def inside(self, *command):
        """The command line that runs a command on this host."""
        return ["nsenter", f"--net={self.net}", "unshare", "--uts", "sh",
                "-c", 'echo "$0" >/proc/sys/kernel/hostname; '
                'root=$1; shift; exec chroot "$root" "$@"', self.name,
                str(self.root), *map(str, command)]

    def run(self, *command, **kwargs):
        return run(*self.inside(*command),
                   label=f"{self.name}: {command[0]}", **kwargs)

    def start(self, *command, name=None):
        """A server that stays in the foreground; its output is its log."""
        label = name or os.path.basename(command[0])
        log = open(self.sandbox.logs / f"{self.name}.{label}.log", "ab")
        process = subprocess.Popen(self.inside(*command), stdout=log,
                                   stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL)
        self.processes.append((label, process))
        return process

    def dead(self):
        """Names of the servers that ended by themselves."""
        return [f"{self.name} {label}" for label, process in self.processes
                if process.poll() is not None]


def forget(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
