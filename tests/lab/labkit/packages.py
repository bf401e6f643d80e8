"""Debian packages, unpacked into a cache and never installed.

The mail servers conflict with each other as packages, and nobody wants five
of them started on the own machine. Each group below becomes one folder that
is laid over the machine's root (see sandbox.py) where a server runs.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

GROUPS = {
    "dns": ["nsd", "unbound", "ldnsutils"],
    "postfix": ["postfix", "dovecot-core", "postgrey",
                "postfix-policyd-spf-python"],
    "exim": ["exim4-daemon-heavy", "exim4-config", "dovecot-core"],
    "sendmail": ["sendmail-bin", "sendmail-base", "sendmail-cf", "m4",
                 "sasl2-bin", "libsasl2-modules"],
    "opensmtpd": ["opensmtpd"],
    "milters": ["opendkim", "opendmarc", "dbconfig-no-thanks"],
}


UNREAD = ["doc", "info", "locale", "man"]

# A mirror that does not answer must not hold the tests up.
IMPATIENT = ["-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=1"]
DOWNLOAD_S = 300


class Unavailable(Exception):
    """The machine cannot give what the lab needs; the text says what."""


def cache():
    chosen = os.environ.get("RT_LAB_CACHE")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "relaytrace-lab"


def folder(group):
    return cache() / group


def missing():
    """The groups that setup has still to fetch."""
    return [g for g in GROUPS if not stamp(g).exists()]


def stamp(group):
    """A file whose name changes with the list of packages."""
    wanted = hashlib.sha256(" ".join(GROUPS[group]).encode()).hexdigest()[:12]
    return cache() / group / f".complete-{wanted}"


def fetch(say):
    """Fetch and unpack every group that is missing."""
    cache().mkdir(parents=True, exist_ok=True)
    with open(cache() / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for group in missing():
            say(f"fetching {group}: {' '.join(GROUPS[group])}")
            unpack(group, download(group))


def closure(group):
    """What apt would install for a group on this machine: name=version."""
    plan = subprocess.run(
        ["apt-get", "-s", "install", "--no-install-recommends",
         *GROUPS[group]], capture_output=True, text=True,
        env={**os.environ, "LC_ALL": "C"})
    if plan.returncode != 0:
        return None
    found = dict(re.findall(r"^Inst (\S+) (?:\[\S+\] )?\((\S+)", plan.stdout,
                            re.M))
    # What is installed here already is wanted all the same: its files in
    # the cache hide the machine's own configuration.
    names = [f"{name}={version}" for name, version in found.items()]
    return names + [name for name in GROUPS[group] if name not in found]


def download(group):
    if shutil.which("apt-get") is None:
        raise Unavailable("the lab unpacks Debian packages and needs apt-get")
    names = closure(group)
    if names is None and os.geteuid() == 0:
        subprocess.run(["apt-get", "-qq", "update"], check=False)
        names = closure(group)
    if names is None:
        raise Unavailable(f"apt-get does not know {' '.join(GROUPS[group])};"
                          " run apt-get update")
    debs = cache() / f"{group}.debs"
    shutil.rmtree(debs, ignore_errors=True)
    debs.mkdir()
    try:
        got = subprocess.run(
            ["apt-get", "-qq", *IMPATIENT, "download", *names], cwd=debs,
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=DOWNLOAD_S)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"the packages for {group} do not come within "
                          f"{DOWNLOAD_S} s") from None
    files = sorted(debs.glob("*.deb"))
    if got.returncode != 0 or len(files) < len(names):
        reason = (got.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Unavailable(f"packages for {group} cannot be fetched: {reason}")
    return files


def unpack(group, debs):
    """Unpack in a side folder, then move it into place in one step."""
    side = cache() / f"{group}.new"
    shutil.rmtree(side, ignore_errors=True)
    side.mkdir()
    # On a merged-/usr system the packages' /lib must land in /usr/lib, or
    # their folder would hide the machine's symbolic link.
    for name in ("bin", "sbin", "lib", "lib64"):
        if os.path.islink(f"/{name}"):
            target = os.readlink(f"/{name}").lstrip("/")
            (side / target).mkdir(parents=True, exist_ok=True)
            (side / name).symlink_to(target)
    for deb in debs:
        data = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(deb)],
                                stdout=subprocess.PIPE)
        subprocess.run(["tar", "-xp", "--keep-directory-symlink",
                        *(f"--exclude=./usr/share/{name}" for name in UNREAD),
                        "-C", str(side)], stdin=data.stdout, check=True)
        if data.wait() != 0:
            raise Unavailable(f"{deb.name} cannot be unpacked")
    shutil.rmtree(folder(group), ignore_errors=True)
    side.rename(folder(group))
    stamp(group).touch()
    shutil.rmtree(cache() / f"{group}.debs")
