"""Certificates: an authority that the clients trust, one that nobody
knows, and the usual mishaps. EC keys, because they are made at once."""

from pathlib import Path

from .sandbox import run

MONTH = 30


class Authority:
    def __init__(self, folder, name):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.key = self.folder / f"{name}.key"
        self.pem = self.folder / f"{name}.pem"
        run("openssl", "req", "-x509", *new_key(self.key), "-days", MONTH,
            "-subj", f"/O=Town Hall/CN={name}", "-out", self.pem)

    def between(self, name):
        """An authority below this one, as public ones have them."""
        below = object.__new__(Authority)
        below.folder = self.folder
        below.key, below.pem, request, extensions = (
            self.folder / f"{name}.{end}"
            for end in ("key", "pem", "csr", "ext"))
        run("openssl", "req", *new_key(below.key), "-subj",
            f"/O=Town Hall/CN={name}", "-out", request)
        extensions.write_text("basicConstraints=critical,CA:TRUE\n")
        run("openssl", "x509", "-req", "-in", request, "-CA", self.pem,
            "-CAkey", self.key, "-days", MONTH, "-extfile", extensions,
            "-out", below.pem)
        return below

    def issue(self, label, names, days=MONTH, fetch=None):
        """A key and a certificate in one file, for these names.  fetch:
        where the certificate says that its issuer's is to be had."""
        key, request, extensions, pem = (
            self.folder / f"{label}.{end}"
            for end in ("key", "csr", "ext", "pem"))
        run("openssl", "req", *new_key(key), "-subj", f"/CN={names[0]}",
            "-out", request)
        extensions.write_text("subjectAltName=" + ",".join(
            ("email:" if "@" in name else "DNS:") + name
            for name in names) + "\n" + (
                f"authorityInfoAccess=caIssuers;URI:{fetch}\n"
                if fetch else ""))
        run("openssl", "x509", "-req", "-in", request, "-CA", self.pem,
            "-CAkey", self.key, "-days", days, "-extfile", extensions,
            "-out", pem)
        return key.read_text() + pem.read_text()

    def self_signed(self, label, name):
        key = self.folder / f"{label}.key"
        pem = self.folder / f"{label}.pem"
        run("openssl", "req", "-x509", *new_key(key), "-days", MONTH,
            "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
            "-out", pem)
        return key.read_text() + pem.read_text()


def new_key(path):
    return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", path]
