"""Servers that break the rules: each listens on an address of its own and
misbehaves in its own way.  Real servers do such things too, but never when
they are asked to.

usage: mischief.py CERTIFICATE NAME=ADDRESS[:PORT]...
"""

import socket
import ssl
import struct
import sys
import threading
import time

DAY = 86400
ESCAPES = b"\x1b[2J\x1b]0;owned\x07\x9b31m\xff\xfe\x00\xe2\x80\xae"


class Gone(Exception):
    """The client hung up."""


class Peer:
    """One connection, with the manners of a server."""

    context = None

    def __init__(self, connection):
        self.socket = connection
        self.file = connection.makefile("rb")

    def say(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        self.socket.sendall(data + b"\r\n")

    def raw(self, data):
        self.socket.sendall(data)

    def hear(self):
        line = self.file.readline(4096)
        if not line:
            raise Gone
        return line.decode("latin-1").strip()

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                               struct.pack("ii", 1, 0))
        self.file.close()
        self.socket.close()
        raise Gone

    def start_tls(self):
        self.file.close()
        self.socket = self.context.wrap_socket(self.socket, server_side=True)
        self.file = self.socket.makefile("rb")

    def serve(self, name, keywords=("PIPELINING",), ehlo=None, **answers):
        """A plain server; answers: what it says to a verb, or a function
        that is called with the peer and the line."""
        answers["ehlo"] = ehlo
        while True:
            line = self.hear()
            verb = line.split(" ")[0].split(":")[0].lower()
            answer = answers.get(verb)
            if callable(answer):
                answer = answer(self, line)
            if answer is not None:
                self.say(answer)
            elif verb == "ehlo":
                lines = [name, *keywords]
                for keyword in lines[:-1]:
                    self.say(f"250-{keyword}")
                self.say(f"250 {lines[-1]}")
            elif verb == "quit":
                self.say("221 bye")
                raise Gone
            elif verb in ("helo", "mail", "rcpt", "rset", "noop"):
                self.say("250 ok")
            else:
                self.say("500 what?")


def pike(peer):
    peer.reset()


def carp(peer):
    time.sleep(DAY)


def perch(peer):
    raise Gone


def trout(peer):
    peer.say("SSH-2.0-OpenSSH_9.2p1")
    peer.hear()


def roach(peer):
    peer.raw(ESCAPES * 40 + b"\r\n")
    peer.hear()


def bream(peer):
    while True:
        peer.raw(b"220 " + b"x" * 65536)


def tench(peer):
    while True:
        peer.raw(b"220-still greeting\r\n" * 4096)


def eel(peer):
    peer.say("220 mx.eel.town ESMTP")
    peer.hear()
    time.sleep(DAY)


def ruffe(peer):
    peer.say("220 mx.ruffe.town ESMTP")
    peer.serve("mx.ruffe.town", mail=lambda p, line: p.reset())


def chub(peer):
    def busy(peer, line):
        peer.say("421 4.3.2 shutting down")
        raise Gone

    peer.say("220 mx.chub.town ESMTP")
    peer.serve("mx.chub.town", rcpt=busy)


def dace(peer):
    peer.say("220 mx.dace.town ESMTP")
    peer.serve("mx.dace.town",
               rcpt=b"550-" + ESCAPES + b"\r\n550-" + b"y" * 3000
               + b"\r\n550 no such user here")


def barbel(peer):
    time.sleep(4)
    peer.say("220-please wait")
    time.sleep(2)
    peer.say("220 mx.barbel.town ESMTP")
    peer.serve("mx.barbel.town")


def zander(peer):
    def starttls(peer, line):
        peer.raw(b"220 go ahead\r\n250 mx.zander.town\r\n")
        peer.start_tls()

    peer.say("220 mx.zander.town ESMTP")
    peer.serve("mx.zander.town", ("STARTTLS",), starttls=starttls)


def loach(peer):
    def starttls(peer, line):
        peer.raw(b"220 go ahead\r\n")
        peer.file.peek(1)       # the client's first words of TLS
        peer.raw(b"this is no handshake\r\n" * 100)
        peer.hear()
        raise Gone

    peer.say("220 mx.loach.town ESMTP")
    peer.serve("mx.loach.town", ("STARTTLS",), starttls=starttls)


def burbot(peer):
    peer.say("554 5.3.2 mx.burbot.town does not serve mail")
    peer.hear()


def smelt(peer):
    peer.say("220 mx.smelt.town")
    peer.serve("mx.smelt.town", (), "502 what is EHLO?")


def gudgeon(peer):
    peer.say("220 mx.gudgeon.town ESMTP")
    peer.serve("mx.gudgeon.town", rcpt="250-fine\r\n550 not so fine")


def minnow(peer):
    for byte in b"220 mx.minnow.town ESMTP\r\n":
        peer.raw(bytes([byte]))
        time.sleep(0.02)
    peer.serve("mx.minnow.town")


def bleak(peer):
    """Every answer is right and comes before its question."""
    peer.raw(b"220 mx.bleak.town ESMTP\r\n250 mx.bleak.town\r\n"
             b"250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n221 bye\r\n")
    time.sleep(5)


def liar(auth, **answers):
    """A submission server whose login goes wrong in the given way."""
    def behave(peer):
        peer.start_tls()
        peer.say("220 liar.office.town ESMTP")
        peer.serve("liar.office.town", ("PIPELINING", f"AUTH {auth[0]}"),
                   auth=auth[1], **answers)
    return behave


def scram_unproven(peer, line):
    """Says yes without a proof that it knows the password (RFC 5802 5)."""
    import base64

    first = base64.b64decode(line.split(" ")[-1]).decode()
    nonce = first.split("r=")[1].split(",")[0]
    challenge = f"r={nonce}more,s=QSXCR+Q6sek8bf92,i=4096"
    peer.say("334 " + base64.b64encode(challenge.encode()).decode())
    peer.hear()
    return "235 2.7.0 welcome, whoever you are"


def scram_false(peer, line):
    """The proof is wrong: the server does not know the password."""
    import base64

    first = base64.b64decode(line.split(" ")[-1]).decode()
    nonce = first.split("r=")[1].split(",")[0]
    challenge = f"r={nonce}more,s=QSXCR+Q6sek8bf92,i=4096"
    peer.say("334 " + base64.b64encode(challenge.encode()).decode())
    peer.hear()
    proof = base64.b64encode(b"v=" + base64.b64encode(b"x" * 32)).decode()
    peer.say("334 " + proof)
    answer = peer.hear()
    return "501 5.7.0 cancelled" if answer == "*" else "235 2.7.0 welcome"


def scram_refuses(reason):
    """Gives the reason of RFC 5802 section 7 before its refusal."""
    def refuse(peer, line):
        import base64

        first = base64.b64decode(line.split(" ")[-1]).decode()
        nonce = first.split("r=")[1].split(",")[0]
        challenge = f"r={nonce}more,s=QSXCR+Q6sek8bf92,i=4096"
        peer.say("334 " + base64.b64encode(challenge.encode()).decode())
        peer.hear()
        peer.say("334 " + base64.b64encode(f"e={reason}".encode()).decode())
        peer.hear()
        return "535 5.7.8 Authentication failed"
    return refuse


def endless(peer, line):
    """Asks and asks."""
    while True:
        peer.say("334 VXNlcm5hbWU6")
        if peer.hear() == "*":
            return "501 5.7.0 cancelled"


def no_base64(peer, line):
    peer.say("334 ?*?*? this is no base64")
    return "501 5.7.0 cancelled" if peer.hear() == "*" else "235 2.7.0 yes"


def parrot(peer, line):
    """Repeats what it hears, secrets included."""
    return f"535 5.7.8 {line.split(' ')[-1]} is not right"


KNOWN = {}      # sender: the session in which it came first


def vendace(peer):
    """It forgets its domain for the first session of each sender."""
    sender = [""]

    def mail(peer, line):
        sender[0] = line.partition("<")[2].partition(">")[0]
        return "250 ok"

    def rcpt(peer, line):
        first = KNOWN.setdefault(sender[0], peer) is peer
        if first or "@ballad.town>" not in line:
            return "554 5.7.1 Relay access denied"
        return "250 ok"

    peer.say("220 mx.vendace.town ESMTP")
    peer.serve("mx.vendace.town", mail=mail, rcpt=rcpt)


WAYS = {f.__name__: f for f in (
    pike, carp, perch, trout, roach, bream, tench, eel, ruffe, chub, dace,
    barbel, zander, loach, burbot, smelt, gudgeon, minnow, bleak,
    vendace)}
LIARS = {
    "unproven": liar(("SCRAM-SHA-256", scram_unproven)),
    "false": liar(("SCRAM-SHA-256", scram_false)),
    "endless": liar(("LOGIN", endless)),
    "unreadable": liar(("CRAM-MD5", no_base64)),
    "parrot": liar(("PLAIN", parrot)),
    "heath": liar(("SCRAM-SHA-256-PLUS",
                   scram_refuses("channel-bindings-dont-match"))),
    "moor": liar(("SCRAM-SHA-256-PLUS",
                  scram_refuses("unsupported-channel-binding-type"))),
    "fen": liar(("CRAM-MD5", "504 5.5.4 Unrecognized authentication type")),
    "marsh": liar(("PLAIN", "235 2.7.0 welcome"),
                  rcpt="554 5.7.1 Relay access denied"),
}
WAYS |= LIARS


def converse(behave, connection):
    try:
        behave(Peer(connection))
    except (Gone, OSError, IndexError, ValueError):
        pass
    finally:
        connection.close()


def listen(behave, address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    server = socket.create_server((address, port), family=family, backlog=50)
    while True:
        connection, _ = server.accept()
        threading.Thread(target=converse, args=(behave, connection),
                         daemon=True).start()


def main(certificate, *places):
    Peer.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    Peer.context.load_cert_chain(certificate)
    for place in places:
        name, _, address = place.partition("=")
        address, _, port = address.partition(":")
        threading.Thread(target=listen,
                         args=(WAYS[name], address, int(port or 25)),
                         daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
