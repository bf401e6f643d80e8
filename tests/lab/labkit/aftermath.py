"""What the servers themselves saw of relaytrace, and what lies about.

Nothing may go past RCPT TO but the messages that were agreed to, a session ends with QUIT and has at most three
refused recipients, and the password is nowhere in clear: neither in what was
written nor on the cable.
"""

import base64
import re

REFUSED_AT_MOST = 3
TESTING = " id=relaytrace."   # an agreed message that was passed on
POSTFIX_END = re.compile(r"disconnect from (\S+)((?: \w+=\d+(?:/\d+)?)+)")
POSTFIX_PROCESS = re.compile(r"smtpd\[(\d+)\]")


def secret_forms(password, logins):
    """How a password can show: as it is, and as SASL sends it."""
    forms = {password.encode()}
    for pad in (b"", b"\0", b"\0\0"):   # wherever it stands in base64
        coded = base64.b64encode(pad + password.encode())
        forms.add(coded[4 if pad else 0:-4])
    for login in logins:
        for text in (f"\0{login}\0{password}", f"{login}\0{login}\0{password}"):
            forms.add(base64.b64encode(text.encode()))
    return forms


def find_secret(data, password, logins):
    return any(form in data for form in secret_forms(password, logins))


def counts(text):
    """ehlo=2 rcpt=1/3: {"ehlo": (2, 2), "rcpt": (1, 3)}"""
    found = {}
    for word in text.split():
        name, _, numbers = word.partition("=")
        good, _, total = numbers.partition("/")
        found[name] = (int(good), int(total or good))
    return found


def postfix_manners(log):
    """The last line of each session tells what the client said in it."""
    wrong = []
    ended = {}      # process: the server ended its session itself
    for line in log.splitlines():
        process = POSTFIX_PROCESS.search(line)
        if process and " reject: " in line:
            ended[process[1]] = ": 421 " in line
        end = POSTFIX_END.search(line)
        if not process or not end:
            continue
        client, text = end.groups()
        said = counts(text)
        refused = said.get("rcpt", (0, 0))
        if {"bdat", "vrfy", "expn"} & set(said):
            wrong.append(f"{client}:{text}")
        elif refused[1] - refused[0] > REFUSED_AT_MOST:
            wrong.append(f"{client}: refused recipients:{text}")
        elif ("mail" in said and "quit" not in said
              and not ended.get(process[1])):
            wrong.append(f"{client}: no QUIT:{text}")
    return wrong


def messages(log):
    """The sessions with a Postfix that went past RCPT TO."""
    return [f"{client}:{text}" for client, text in POSTFIX_END.findall(log)
            if "data" in counts(text)]


def exim_manners(log):
    return [line for line in log.splitlines()
            if (" <= " in line and TESTING not in line)
            or "unexpected disconnection" in line]


def sendmail_manners(log):
    return [line for line in log.splitlines()
            if "lost input channel" in line
            or re.search(r" size=[1-9]", line)]


def logs(host, folder):
    """What the servers of a host wrote, by the program's name."""
    for path in folder.glob(f"{host.name}.*.log"):
        yield path.suffixes[-2], path.read_text(errors="replace")
    exim = host.root / "var/log/exim4/mainlog"
    if exim.exists():
        yield ".exim4", exim.read_text(errors="replace")


def manners(hosts, folder, agreed):
    """agreed: so many messages were to be sent, through a Postfix."""
    wrong = []
    sent = []
    for host in hosts:
        for program, text in logs(host, folder):
            if program == ".postfix":
                found = postfix_manners(text)
                sent += messages(text)
            elif program == ".exim4":
                found = exim_manners(text)
            else:
                continue
            wrong += [f"{host.name}: {line}" for line in found]
    if len(sent) > agreed:
        wrong.append(f"{len(sent)} messages, {agreed} agreed to: {sent}")
    syslog = folder / "syslog"
    if syslog.exists():
        wrong += sendmail_manners(syslog.read_text(errors="replace"))
    return wrong


def secrets(clients, folder, password, logins):
    """Files and cables in which the password shows."""
    places = [p for p in folder.iterdir() if p.is_file()]
    for client in clients:
        places += [p for p in (client.root / "lab").iterdir()
                   if p.is_file() and p.name != "password"]
        places += [p for p in (client.root / "tmp").rglob("*") if p.is_file()]
    return [f"the password shows in {place}" for place in places
            if find_secret(place.read_bytes(), password, logins)]
