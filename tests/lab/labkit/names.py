"""The name service: a signed root, the domain town, and its name servers.

    192.0.2.1   root
    192.0.2.2   town, and the reverse zones
    192.0.2.3   ns1.backbone.town \\
    192.0.2.4   ns2.backbone.town  > the zones of everybody
    192.0.2.5   ns3.backbone.town /
    192.0.2.53  resolver.backbone.town
    192.0.2.54  resolver2.backbone.town, which remembers the past

Each is a process of its own, so that two servers can disagree.
"""

import ipaddress
import os
import signal
import time
from collections import defaultdict

TOP = "town"
SERVERS = {"ns1": "192.0.2.3", "ns2": "192.0.2.4", "ns3": "192.0.2.5"}
MUTE = "192.0.2.9"
REVERSE = ["2.0.192.in-addr.arpa", "100.51.198.in-addr.arpa",
           "113.0.203.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa"]
TTL = 3600

NSD = """\
server:
    ip-address: {address}
    username: nsd
    chroot: ""
    zonesdir: "/lab/{name}"
    zonelistfile: "/lab/{name}/zone.list"
    xfrdfile: ""
    xfrdir: "/tmp"
    database: ""
    pidfile: "/lab/{name}/nsd.pid"
    server-count: 1
    verbosity: 1
    zonefiles-check: yes
    rrl-ratelimit: 0
remote-control:
    control-enable: no
"""

UNBOUND = """\
server:
    interface: 0.0.0.0
    access-control: 0.0.0.0/0 allow
    username: unbound
    chroot: ""
    directory: "/lab"
    pidfile: ""
    use-syslog: no
    logfile: ""
    val-log-level: 2
    do-ip6: no
    root-hints: "/lab/root.hints"
    trust-anchor-file: "/lab/root.key"
    unblock-lan-zones: yes
    insecure-lan-zones: yes
    ede: yes
    num-threads: 1
    outbound-msg-retry: 3
    so-reuseport: no
remote-control:
    control-enable: no
"""


class Zone:
    """One domain: what each name server says, and what its parent says."""

    def __init__(self, name):
        self.name = name
        self.records = defaultdict(list)    # server or "" -> lines
        self.parent = ["ns1", "ns2"]
        self.child = None                   # as the parent, when not said
        self.lame = []
        self.bogus = False
        self.before = None                  # lines that were true once

    def lines(self, server, past=False):
        child = self.child or self.parent
        # A server with records of its own was updated later (or earlier).
        serial = 2026010100 + (int(server[-1]) if self.records[server] else 0)
        out = [f"$ORIGIN {self.name}.", f"$TTL {TTL}",
               f"@ SOA ns1.backbone.{TOP}. hostmaster.backbone.{TOP}. "
               f"{serial + (0 if past else 5)} 7200 3600 1209600 300"]
        out += [f"@ NS {absolute(s)}" for s in child]
        if past:
            return out + self.before
        return out + self.records[""] + self.records[server]

    def served_by(self, server):
        known = set(self.parent) | set(self.child or [])
        return server in known and server not in self.lame


def absolute(server):
    """ns1 is ours; anything with a dot is a full name."""
    if "." in server:
        return server.rstrip(".") + "."
    return f"{server}.backbone.{TOP}."


class NameService:
    def __init__(self):
        self.zones = {}
        self.reverse = []
        self.zone(f"backbone.{TOP}")
        for server, address in SERVERS.items():
            self.name(f"{server}.backbone.{TOP}", address)
        self.name(f"mute.backbone.{TOP}", MUTE)

    def zone(self, name):
        if name not in self.zones:
            self.zones[name] = Zone(name)
        return self.zones[name]

    def name(self, name, *addresses, pointer=True):
        """A host: addresses, and the way back unless pointer is False."""
        zone = self.zone(".".join(name.split(".")[-2:]))
        for address in addresses:
            kind = "AAAA" if ":" in address else "A"
            zone.records[""].append(f"{name}. {kind} {address}")
            if pointer:
                back = ipaddress.ip_address(address).reverse_pointer
                self.reverse.append(f"{back}. PTR {name}.")

    def start(self, host, resolvers):
        """host carries the authoritative servers."""
        self.host = host
        self.write_zones()
        for name, address in [("root", "192.0.2.1"), ("town", "192.0.2.2"),
                              *SERVERS.items()]:
            self.start_nsd(name, address)
        anchor = (host.root / "lab/root.key").read_text()
        for resolver in resolvers:
            resolver.write("lab/root.hints",
                           ". 3600 NS a.root-servers.town.\n"
                           "a.root-servers.town. 3600 A 192.0.2.1\n")
            resolver.write("lab/root.key", anchor)
            resolver.write("lab/unbound.conf", UNBOUND)
            resolver.start("/usr/sbin/unbound", "-d", "-p", "-c",
                           "/lab/unbound.conf")

    def write_zones(self):
        soa = (f"@ {TTL} SOA a.root-servers.{TOP}. nic.{TOP}. 1 7200 3600 "
               "1209600 300")
        town = [f"$ORIGIN {TOP}.", f"$TTL {TTL}", soa, "@ NS nic",
                "nic A 192.0.2.2", "a.root-servers A 192.0.2.1"]
        for server, address in {**SERVERS, "mute": MUTE}.items():
            town.append(f"{server}.backbone A {address}")
        for zone in self.zones.values():
            town += [f"{zone.name}. NS {absolute(s)}" for s in zone.parent]
            if zone.bogus:      # the DS of a key that nobody has
                town.append(f"{zone.name}. DS 4711 13 2 {'a5' * 32}")
        root = ["$ORIGIN .", f"$TTL {TTL}", soa.replace("@", ".", 1),
                f". NS a.root-servers.{TOP}.", f"{TOP}. NS nic.{TOP}.",
                f"a.root-servers.{TOP}. A 192.0.2.1",
                f"nic.{TOP}. A 192.0.2.2"]
        root += [f"{name}. NS nic.{TOP}." for name in REVERSE]
        key = self.sign("town", TOP, town)
        root.append(key)
        anchor = self.sign("root", ".", root)
        self.host.write("lab/root.key", anchor + "\n")
        for name in REVERSE:
            self.host.write(f"lab/town/{name}", "\n".join(
                [f"$ORIGIN {name}.", f"$TTL {TTL}", soa, f"@ NS nic.{TOP}."]
                + [r for r in self.reverse
                   if r.split(".")[0] and f".{name}. PTR" in r]) + "\n")
        self.tables = {"root": {".": "zone.signed"},
                       "town": {TOP: "zone.signed",
                                **{n: n for n in REVERSE}}}
        for server in SERVERS:
            self.tables[server] = {}
            for zone in self.zones.values():
                if zone.served_by(server):
                    self.tables[server][zone.name] = zone.name
                    self.write_zone(server, zone, zone.before is not None)

    def write_zone(self, server, zone, past):
        self.host.write(f"lab/{server}/{zone.name}",
                        "\n".join(zone.lines(server, past)) + "\n")

    def sign(self, folder, name, lines):
        """Signs the zone in its folder; returns the DS of its key."""
        self.host.write(f"lab/{folder}/zone", "\n".join(lines) + "\n")
        script = (f"cd /lab/{folder} && key=$(ldns-keygen -k -a "
                  f"ECDSAP256SHA256 {name}) && ldns-key2ds -n -2 $key.key && "
                  f"ldns-signzone -o {name} -f zone.signed zone $key")
        return self.host.run("sh", "-c", script).strip()

    def start_nsd(self, name, address):
        conf = NSD.format(name=name, address=address)
        for zone, file in self.tables[name].items():
            conf += f'zone:\n    name: "{zone}"\n    zonefile: "{file}"\n'
        self.host.write(f"lab/{name}/nsd.conf", conf)
        self.host.run("chown", "-R", "nsd", f"/lab/{name}")
        self.host.start("/usr/sbin/nsd", "-d", "-c", f"/lab/{name}/nsd.conf",
                        name=f"nsd-{name}")

    def let_time_pass(self, resolver_asks):
        """Zones with a past: a resolver learns it, then the zone changes.

        resolver_asks(domain) asks resolver2 for the MX of a domain."""
        changed = [z for z in self.zones.values() if z.before is not None]
        for zone in changed:
            resolver_asks(zone.name)
            for server in SERVERS:
                if zone.served_by(server):
                    self.write_zone(server, zone, False)
        for server in SERVERS:
            pid = self.host.root / f"lab/{server}/nsd.pid"
            os.kill(int(pid.read_text()), signal.SIGHUP)
        time.sleep(0.5)
