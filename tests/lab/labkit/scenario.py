"""Scenarios: read them, run them, and judge what relaytrace says.

README.md describes the lines of a scenario.
"""

import json
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

from . import aftermath

STAGES = ["dns", "connect", "banner", "ehlo", "starttls", "tls", "auth",
          "mail", "rcpt", "data"]
VERDICTS = ["accepted", "partly", "refused", "deferred", "unreachable",
            "inconclusive"]
PASSWORD = "Tr0ub4dor-7"        # of every login; must show up nowhere
CONTROLS = [f"--control={d}" for d in ("ferry.town", "bakery.town")]
SECONDS = 100                   # one run of relaytrace, at the very most


class Mistake(Exception):
    """A scenario that cannot be read."""


class Scenario:
    def __init__(self, name, where):
        self.name = name
        self.where = where
        self.story = []
        self.fresh = True       # nothing but its story read so far
        self.client = "pc"
        self.run = None
        self.login = []
        self.witnesses = []
        self.conditions = []
        self.verdicts = []
        self.causes = []
        self.stages = []
        self.nots = []
        self.findings = []
        self.plans = []         # what the plan shows before anything is run
        self.reasons = []       # what the first cause points at
        self.exit = None
        self.error = None       # what standard error says, in place of JSON


def read(path, world):
    """The scenarios of a file; their domains go into the world."""
    found = []
    zone = None
    for number, text in lines(path):
        where = f"{path.name}:{number}"
        if text.startswith("["):
            found.append(Scenario(text.strip("[]"), where))
            zone = None
            continue
        if not found:
            raise Mistake(f"{where}: a scenario begins with its [name]")
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        if word == "domain":
            if rest in world.names.zones:
                raise Mistake(f"{where}: {rest} is there already")
            zone = world.names.zone(rest)
        elif word in DOMAIN_LINES:
            if zone is None:
                raise Mistake(f"{where}: {word} needs a domain above it")
            DOMAIN_LINES[word](world, zone, rest)
        elif word in LINES:
            try:
                LINES[word](found[-1], rest)
            except (KeyError, ValueError, IndexError):
                raise Mistake(f"{where}: cannot read: {text}") from None
        elif found[-1].fresh:
            found[-1].story.append(text)
            continue
        else:
            raise Mistake(f"{where}: no such line: {word}")
        found[-1].fresh = False
    return found


def lines(path):
    """Numbered lines without comments; an indented one continues the one
    before it."""
    joined = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        text = line.split("#")[0].rstrip()
        if text[:1] == " " and joined:
            joined[-1][1] += " " + text.strip()
        elif text:
            joined.append([number, text])
    return joined


def add_record(server):
    def add(world, zone, rest):
        zone.records[server].append(rest)
    return add


def add_past(world, zone, rest):
    zone.before = (zone.before or []) + [rest]


def set_servers(field):
    def set_field(world, zone, rest):
        setattr(zone, field, rest.split())
    return set_field


def set_bogus(world, zone, rest):
    zone.bogus = True


def set_hosted(world, zone, rest):
    for server in rest.split():
        world.hosted[server].append(zone.name)


DOMAIN_LINES = {
    "dns": add_record(""), "dns1": add_record("ns1"),
    "dns2": add_record("ns2"), "dns3": add_record("ns3"),
    "before": add_past, "parent": set_servers("parent"),
    "child": set_servers("child"), "lame": set_servers("lame"),
    "bogus": set_bogus, "hosted": set_hosted,
}


def set_run(scenario, rest):
    scenario.run = shlex.split(rest)


def set_login(scenario, rest):
    """LOGIN [wrong | token | wrong-token | certificate]; made by
    World.make_clients."""
    login, _, kind = rest.partition(" ")
    secret = {"": "--password-file=/lab/password",
              "wrong": "--password-file=/lab/wrong",
              "token": f"--token-file=/lab/{login}.token",
              "wrong-token": "--token-file=/lab/wrong",
              "certificate": f"--cert-file=/lab/{login}.pem"}[kind]
    scenario.login = [f"--user={login}", secret]
    if kind == "certificate":
        scenario.login.append(f"--key-file=/lab/{login}.pem")


def set_expect(scenario, rest):
    for word in rest.split():
        options = word.split("|")
        if all(o in VERDICTS for o in options):
            scenario.verdicts = options
        elif all(o in STAGES for o in options):
            scenario.stages = options
        else:
            scenario.causes = options


def read_says(rest):
    """HOST[:PORT] [key=value]... RECIPIENT: PATTERN"""
    head, _, pattern = rest.partition(": ")
    words = head.split()
    host, port = words[0], None
    if host.count(":") == 1:
        host, port = host.split(":")
    ask = {"host": host, "port": int(port or 25), "helo": "pc.office.town",
           "sender": "", "recipient": words[-1], "tls": False, "user": "",
           "password": PASSWORD, "show": "rcpt"}
    for word in words[1:-1]:
        key, _, value = word.partition("=")
        if key not in ask:
            raise ValueError(key)
        ask[key] = value or True
    return "smtp", ask, pattern.strip()


def add_says(scenario, rest):
    scenario.witnesses.append(read_says(rest))


def add_condition(scenario, rest):
    scenario.conditions.append(read_says(rest))


def add_answers(scenario, rest):
    """NAME TYPE: PATTERN"""
    head, _, pattern = rest.partition(": ")
    scenario.witnesses.append(("dns", head.split(), pattern.strip()))


LINES = {
    "run": set_run, "expect": set_expect, "says": add_says,
    "answers": add_answers, "login": set_login,
    "when": add_condition,
    "client": lambda s, rest: setattr(s, "client", rest),
    "not": lambda s, rest: s.nots.extend(rest.split()),
    "finding": lambda s, rest: s.findings.append(rest.split()),
    "plan": lambda s, rest: s.plans.append(rest),
    "because": lambda s, rest: s.reasons.append(rest),
    "exit": lambda s, rest: setattr(s, "exit", rest),
    "error": lambda s, rest: setattr(s, "error", rest),
}


def testify(claims, client):
    """What the independent tools say against a scenario's claims."""
    wrong = []
    for kind, ask, pattern in claims:
        if kind == "smtp":
            command = [sys.executable, "-B", "/lab/witness.py",
                       json.dumps(ask)]
            asked = f"{ask['host']} {ask['recipient']}"
        else:
            command = ["/usr/bin/drill", *ask]
            asked = " ".join(ask)
        try:
            done = subprocess.run(client.inside(*command), text=True,
                                  capture_output=True, timeout=60)
            said = (done.stdout + done.stderr).strip()
        except subprocess.TimeoutExpired:
            said = "no answer in a minute"
        if not re.search(pattern, said, re.S | re.M):
            wrong.append(f"{asked}: expected /{pattern}/, got: {said}")
    return wrong


class Outcome:
    def __init__(self):
        self.wrong = []
        self.first = "-"
        self.verdict = "-"
        self.seconds = 0.0
        self.output = ""


def check_plan(scenario, client, outcome):
    """What --dry-run shows."""
    done = subprocess.run(
        client.inside("/usr/local/bin/relaytrace", "check", "--dry-run",
                      *CONTROLS, *scenario.login, *scenario.run),
        text=True, capture_output=True, timeout=SECONDS,
        stdin=subprocess.DEVNULL)
    outcome.wrong += [f"the plan lacks /{p}/" for p in scenario.plans
                      if not re.search(p, done.stdout)]


def execute(scenario, client, logs):
    """Run relaytrace and compare."""
    outcome = Outcome()
    if scenario.plans:
        check_plan(scenario, client, outcome)
    debug = f"/lab/{scenario.name}.debug"
    command = client.inside("/usr/bin/env", "HOME=/tmp", "LC_ALL=C.UTF-8",
                            "/usr/local/bin/relaytrace", "check", "--json",
                            f"--debug={debug}", *CONTROLS, *scenario.login,
                            *scenario.run)
    begin = time.monotonic()
    try:
        done = subprocess.run(command, text=True, capture_output=True,
                              timeout=SECONDS, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        outcome.wrong.append(f"still running after {SECONDS} s")
        return outcome
    outcome.seconds = time.monotonic() - begin
    outcome.output = done.stdout
    written = logs / f"{scenario.name}.json"
    written.write_text(done.stdout)
    log = client.root / debug.lstrip("/")
    trace = log.read_text(errors="replace") if log.exists() else ""
    judge(scenario, done, trace, outcome)
    return outcome


def judge(scenario, done, trace, outcome):
    wrong = outcome.wrong
    if aftermath.find_secret(
            (done.stdout + done.stderr + trace).encode(), PASSWORD,
            scenario.login[:1] and [scenario.login[0].partition("=")[2]]):
        wrong.append("the password shows up in what was written")
    if scenario.error is not None:
        judge_error(scenario, done, outcome)
        return
    if done.stderr.strip():
        wrong.append(f"on standard error: {done.stderr.strip()[:300]}")
    try:
        report = json.loads(done.stdout)
    except ValueError as error:
        wrong.append(f"exit {done.returncode}, no JSON: {error}")
        return
    outcome.verdict = report.get("verdict")
    causes = report.get("causes", [])
    outcome.first = causes[0]["id"] if causes else "none"
    point = report.get("failure_point") or {}
    if scenario.verdicts and outcome.verdict not in scenario.verdicts:
        wrong.append(f"verdict {outcome.verdict}, expected "
                     + " or ".join(scenario.verdicts))
    if scenario.causes and outcome.first not in scenario.causes:
        wrong.append(f"cause {outcome.first}, expected "
                     + " or ".join(scenario.causes))
    if scenario.stages and point.get("stage") not in scenario.stages:
        wrong.append(f"stage {point.get('stage')}, expected "
                     + " or ".join(scenario.stages))
    for cause in causes:
        if cause["id"] in scenario.nots and cause["certainty"] != "possible":
            wrong.append(f"names {cause['id']} ({cause['certainty']})")
    said = "\n".join(e["text"] for c in causes[:1] for e in c["evidence"])
    for reason in scenario.reasons:
        if not re.search(reason, said):
            wrong.append(f"the first cause does not point at /{reason}/")
    for identity, result in scenario.findings:
        if not any(f["id"] == identity and f["result"] == result
                   for f in report.get("findings", [])):
            wrong.append(f"no finding {identity} {result}")
    wanted = scenario.exit or ("0" if outcome.verdict == "accepted" else "1")
    if wanted != "any" and done.returncode != int(wanted):
        wrong.append(f"exit {done.returncode}, expected {wanted}")


def judge_error(scenario, done, outcome):
    """A message, nothing else, and status 2 unless another one is said."""
    outcome.verdict = "error"
    outcome.first = str(done.returncode)
    if done.stdout:
        outcome.wrong.append(f"on standard output: {done.stdout[:200]}")
    if not re.search(scenario.error, done.stderr, re.S):
        outcome.wrong.append(f"expected /{scenario.error}/ on standard "
                             f"error, got: {done.stderr.strip()[:300]}")
    if done.returncode != int(scenario.exit or 2):
        outcome.wrong.append(f"exit {done.returncode}, expected "
                             f"{scenario.exit or 2}")


def files(folder):
    return sorted(Path(folder).glob("scenarios.*"))
