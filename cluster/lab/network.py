"""A head and two hosts on one machine: network namespaces, a cable (a veth pair) from the head to each host."""
import os
import shutil
import subprocess

from .programs import NOT_PERMITTED, UNAVAILABLE, leave

PACKAGES = {"ip": "iproute2", "tc": "iproute2", "iptables": "iptables"}


def require(*tools):
    """Ends where the tools or the rights for namespaces are missing."""
    missing = sorted({PACKAGES[tool] for tool in tools if not shutil.which(tool)})
    if missing:
        leave(UNAVAILABLE, f"missing programs; as root: apt-get install {' '.join(missing)}")
    if os.geteuid() != 0:
        leave(NOT_PERMITTED, "network namespaces need root")


class Network:
    """Hosts `a` and `b`, each with a cable of its own to the head. What is done to a cable is done where packets
    arrive, so that the sender cannot know."""

    def __init__(self):
        self._prefix = f"apldm-{os.getpid()}"
        self.head = f"{self._prefix}-head"
        self.hosts = {name: f"{self._prefix}-{name}" for name in ("a", "b")}
        try:
            for namespace in (self.head, *self.hosts.values()):
                self._ip("netns", "add", namespace)
                self._ip("-n", namespace, "link", "set", "dev", "lo", "up")
            for number, (host, namespace) in enumerate(self.hosts.items(), 1):
                self._ip(
                    "-n", self.head, "link", "add", "name", host, "type", "veth", "peer", "name", "head", "netns",
                    namespace)
                for where, interface, last in ((self.head, host, 1), (namespace, "head", 2)):
                    self._ip("-n", where, "address", "add", f"10.77.{number}.{last}/24", "dev", interface)
                    self._ip("-n", where, "link", "set", "dev", interface, "up")
        except subprocess.CalledProcessError as error:
            self.close()
            leave(NOT_PERMITTED, f"{' '.join(error.cmd)}: {error.stderr.strip()}")

    @staticmethod
    def _ip(*arguments):
        subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)

    def command(self, namespace, *arguments):
        """A command that runs there; the process is the command itself, so signals reach it."""
        return ["ip", "netns", "exec", namespace, *arguments]

    def run(self, namespace, *arguments, data=b""):
        """Runs a command there to its end; what it prints."""
        return subprocess.run(
            self.command(namespace, *arguments), check=True, capture_output=True, input=data).stdout.decode()

    def address(self, host):
        """The head's, as this host sees it."""
        return f"10.77.{1 + list(self.hosts).index(host)}.1"

    # What can happen to a cable.

    def drop_to_head(self, host, *match):
        self.run(self.head, "iptables", "-A", "INPUT", "-i", host, *match, "-j", "DROP")

    def drop_from_head(self, host, *match):
        self.run(self.hosts[host], "iptables", "-A", "INPUT", "-i", "head", *match, "-j", "DROP")

    def cut(self, host):
        self.drop_to_head(host)
        self.drop_from_head(host)

    def lose(self, host, share):
        match = ("-m", "statistic", "--mode", "random", "--probability", str(share))
        self.drop_to_head(host, *match)
        self.drop_from_head(host, *match)

    def slow(self, host, rate):
        for namespace, interface in ((self.head, host), (self.hosts[host], "head")):
            self.run(
                namespace, "tc", "qdisc", "replace", "dev", interface, "root", "tbf", "rate", rate, "burst", "64kbit",
                "latency", "200ms")

    def link(self, host, state):
        self._ip("-n", self.head, "link", "set", "dev", host, state)

    def heal(self):
        """Takes all of it back."""
        for namespace in (self.head, *self.hosts.values()):
            self.run(namespace, "iptables", "-F", "INPUT")
        for host, namespace in self.hosts.items():
            self._ip("-n", self.head, "link", "set", "dev", host, "up")
            for where, interface in ((self.head, host), (namespace, "head")):
                subprocess.run(
                    self.command(where, "tc", "qdisc", "del", "dev", interface, "root"), capture_output=True)

    def close(self):
        for namespace in (self.head, *self.hosts.values()):
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True)
