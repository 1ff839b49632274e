"""The faults. Each is a function that renders a picture, does harm meanwhile and says what was seen.

A function gets the lab and returns its row: seconds until the head noticed (None where there is nothing to notice) and
what was seen. It raises `Failure` when something else happened than should, `Skipped` when the host lacks something.
"""
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Callable

from .farm import PORT
from .network import Network
from .programs import Failure, Program


class Skipped(Exception):
    """Why a fault cannot be made here."""


@dataclass
class Fault:
    name: str
    title: str
    done: str
    run: Callable
    has_picture: bool


FAULTS = []
# A worker left before the picture was done.
LOST = r"reason=(?!drained|the coordinator ends).* worker left"


def fault(name, title, done, has_picture=True):
    def register(function):
        FAULTS.append(Fault(name, title, done, function, has_picture))
        return function
    return register


def require(condition, text):
    if not condition:
        raise Failure(text)


# Workers that end, stop or come late.

def killed(percent):
    def run(lab):
        with lab.farm() as farm:
            a, _ = farm.workers()
            farm.reaches(percent)
            now = time.monotonic()
            a.send(signal.SIGKILL)
            noticed = farm.left("a", now)
            return noticed, farm.finish()
    return run


for share in (0, 12, 25, 40, 52, 65, 80, 93):
    fault(f"killed-at-{share}", "worker killed", f"SIGKILL at {share} % of the picture")(killed(share))


@fault("all-killed", "all workers killed", "SIGKILL to both; the head computes as well")
def all_killed(lab):
    with lab.farm(own_device=True) as farm:
        workers = farm.workers()
        farm.reaches(30)
        now = time.monotonic()
        for worker in workers:
            worker.send(signal.SIGKILL)
        noticed = max(farm.left(host, now) for host in ("a", "b"))
        return noticed, farm.finish()


@fault("restarted", "all workers killed, one started again", "the head only dispatches; worker a after 3 s")
def restarted(lab):
    with lab.farm() as farm:
        workers = farm.workers()
        farm.reaches(30)
        now = time.monotonic()
        for worker in workers:
            worker.send(signal.SIGKILL)
        noticed = max(farm.left(host, now) for host in ("a", "b"))
        time.sleep(3)
        again = time.monotonic()
        farm.worker("a")
        back = farm.joined("a", again)
        return noticed, f"joined {back:.1f} s after its start; {farm.finish()}"


def children(identifier):
    """The processes that any thread of a process has started."""
    found = []
    for path in glob.glob(f"/proc/{identifier}/task/*/children"):
        with open(path) as file:
            found += [int(child) for child in file.read().split()]
    return found


@fault("local-killed", "local workers killed", "--local-workers 2 --dispatch-only: SIGKILL to both, so nobody can come",
       has_picture=False)
def local_killed(lab):
    head = Program(
        "head", lab.render_command(lab.file("local.png"), "--dispatch-only", "--local-workers", "2"))
    try:
        head.wait_for("stage 1", 60)
        workers = children(head.identifier)
        require(len(workers) == 2, f"the head has {len(workers)} local workers, not 2")
        now = time.monotonic()
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        code = head.wait(30)
        require(code == 69, f"the head ends with {code}, not 69")
        return time.monotonic() - now, "the head gives up with exit status 69"
    finally:
        head.end()


@fault("same-name", "two workers of one name", "a third worker on host a is called b")
def same_name(lab):
    with lab.farm() as farm:
        farm.workers()
        farm.reaches(5)
        farm.worker("a", "--name", "b")
        seen = farm.finish()
        return None, f"b joined {sum('worker=b' in line and 'joined' in line for line in farm.head.log)} times; {seen}"


@fault("stopped", "worker stopped", "SIGSTOP; SIGCONT once it is given up")
def stopped(lab):
    with lab.farm() as farm:
        a, _ = farm.workers()
        farm.reaches(30)
        now = time.monotonic()
        a.send(signal.SIGSTOP)
        noticed = farm.left("a", now)
        again = time.monotonic()
        a.send(signal.SIGCONT)
        back = farm.joined("a", again)
        return noticed, f"back {back:.1f} s after SIGCONT; {farm.finish()}"


@fault("stopped-briefly", "worker stopped for 3 s", "SIGSTOP, SIGCONT: its result comes late, the connection stays")
def stopped_briefly(lab):
    with lab.farm() as farm:
        a, _ = farm.workers()
        farm.reaches(30)
        a.send(signal.SIGSTOP)
        time.sleep(3)
        a.send(signal.SIGCONT)
        seen = farm.finish()
        dismissed = farm.head.find(LOST)
        return None, ("cut off; " if dismissed else "stayed; ") + seen


@fault("slow-processor", "worker with a tenth of a processor", "cgroup CPU quota on worker a")
def slow_processor(lab):
    with Quota(10) as quota, lab.farm() as farm:
        a, _ = farm.workers()
        quota.add(a.identifier)
        return None, farm.finish()


class Quota:
    """A cgroup, of version 1 or 2, with a share of one processor."""

    def __init__(self, percent):
        self._percent = percent
        name = f"apldm-faults-{os.getpid()}"
        self._is_old = os.path.isdir("/sys/fs/cgroup/cpu")
        self._folder = f"/sys/fs/cgroup/{'cpu/' if self._is_old else ''}{name}"

    def __enter__(self):
        try:
            os.mkdir(self._folder)
            if self._is_old:
                self._write("cpu.cfs_quota_us", self._percent * 1000)
            else:
                self._write("cpu.max", f"{self._percent * 1000} 100000")
        except OSError as error:
            self.__exit__()
            raise Skipped(f"no cgroup with a CPU quota can be made here: {error}") from None
        return self

    def _write(self, file, value):
        with open(os.path.join(self._folder, file), "w") as setting:
            setting.write(str(value))

    def add(self, identifier):
        self._write("cgroup.procs", identifier)

    def __exit__(self, *_):
        for _ in range(50):
            try:
                return os.rmdir(self._folder)
            except FileNotFoundError:
                return None
            except OSError:
                time.sleep(0.1)


# Networks.

def cut(harm):
    def run(lab):
        with lab.farm() as farm:
            a, _ = farm.workers()
            farm.reaches(30)
            now = time.monotonic()
            harm(lab.network, "a")
            noticed = farm.left("a", now)
            own = a.wait_for("not connected", 30, now) - now
            return noticed, f"worker noticed after {own:.1f} s; {farm.finish()}"
    return run


fault("cable-pulled", "cable pulled", "every packet of worker a dropped, both ways")(cut(Network.cut))
fault("deaf-head", "one-way partition", "packets from worker a dropped")(cut(Network.drop_to_head))
fault("deaf-worker", "one-way partition", "packets to worker a dropped")(cut(Network.drop_from_head))


@fault("cable-back", "cable pulled for 8 s", "every packet of worker a dropped, both ways, then none")
def cable_back(lab):
    with lab.farm() as farm:
        farm.workers()
        farm.reaches(20)
        now = time.monotonic()
        lab.network.cut("a")
        noticed = farm.left("a", now)
        time.sleep(max(0, now + 8 - time.monotonic()))
        again = time.monotonic()
        lab.network.heal()
        back = farm.joined("a", again)
        return noticed, f"back {back:.1f} s after the cable; {farm.finish()}"


@fault("link-flaps", "link down for 2 s, three times", "ip link set down, up; shorter than the patience of both ends")
def link_flaps(lab):
    with lab.farm() as farm:
        farm.workers()
        for percent in (15, 40, 65):
            farm.reaches(percent)
            lab.network.link("a", "down")
            time.sleep(2)
            lab.network.link("a", "up")
        seen = farm.finish()
        losses = sum(bool(re.search(LOST, line)) for line in farm.head.log)
        return None, f"connections lost: {losses}; {seen}"


@fault("slow-link", "slow link", "tbf: 20 Mbit/s each way to worker a")
def slow_link(lab):
    lab.network.slow("a", "20mbit")
    with lab.farm() as farm:
        farm.workers()
        return None, farm.finish()


@fault("lossy-link", "lossy link", "2 % of worker a's packets dropped at random, both ways")
def lossy_link(lab):
    lab.network.lose("a", 0.02)
    with lab.farm() as farm:
        farm.workers()
        return None, farm.finish()


# Strangers.

@fault("wrong-token", "wrong token", "a third worker has another join token")
def wrong_token(lab):
    token = lab.file("other-token")
    with open(token, "w") as file:
        file.write(os.urandom(32).hex())
    with lab.farm() as farm:
        farm.workers()
        farm.reaches(5)
        now = time.monotonic()
        stranger = farm.worker("a", "--name", "stranger", token=token)
        code = stranger.wait(30)
        require(code == 77, f"the stranger ends with {code}, not 77")
        refused = farm.head.wait_for("connection refused", 5) - now
        return None, f"refused after {refused:.1f} s, its exit status 77; {farm.finish()}"


TALK = """
import socket, sys, time
start = time.monotonic()
with socket.create_connection((sys.argv[1], int(sys.argv[2])), 10) as peer:
    peer.settimeout(15)
    try:
        peer.sendall(sys.stdin.buffer.read())
        while peer.recv(4096): pass
    except (BrokenPipeError, ConnectionResetError): pass
print(f"{time.monotonic() - start:.1f}")
"""


def talk(lab, data):
    """Sends bytes to the head from host b; seconds until it hung up."""
    network = lab.network
    return float(network.run(
        network.hosts["b"], sys.executable, "-c", TALK, network.address("b"), str(PORT), data=data))


def stranger(data, most):
    def run(lab):
        with lab.farm() as farm:
            farm.workers()
            farm.reaches(5)
            seconds = talk(lab, data() if callable(data) else data)
            require(farm.head.is_running, "the picture was done before the head hung up; use a larger --size")
            require(seconds < most, f"hung up after {seconds} s")
            return None, f"hung up after {seconds} s; {farm.finish()}"
    return run


fault("http", "another protocol: HTTP", "GET / on the port")(stranger(b"GET / HTTP/1.1\r\nHost: head\r\n\r\n", 3))
fault("noise", "another protocol: noise", "64 KiB of random bytes on the port")(
    stranger(lambda: os.urandom(1 << 16), 3))
fault("silence", "a client that says nothing", "a connection without a byte")(stranger(b"", 8))


@fault("tls-on-plain", "TLS client on a plain port", "a third worker with --tls-ca, the head without TLS")
def tls_on_plain(lab):
    authority = lab.file("authority.pem")
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
         "/CN=nobody", "-keyout", lab.file("authority.key"), "-out", authority], capture_output=True)
    if made.returncode != 0:
        raise Skipped("openssl is needed: apt-get install openssl")
    with lab.farm() as farm:
        farm.workers()
        farm.reaches(5)
        stranger = farm.worker("a", "--name", "stranger", "--tls-ca", authority, "--once")
        code = stranger.wait(30)
        require(code in (69, 77), f"the stranger ends with {code}, not with 69 or 77")
        return None, f"its exit status {code}; {farm.finish()}"


# Disks.

@fault("full-disk", "model cache on a full disk", "worker a is to fetch the model into a tmpfs of 1 MiB")
def full_disk(lab):
    model = own_model(lab)
    reference = lab.file("own.png")
    subprocess.run(
        [*lab.render_command(reference, "--model", model), "--quiet"], check=True, capture_output=True)
    cache = lab.file("cache")
    os.makedirs(cache, exist_ok=True)
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", cache], check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        raise Skipped(f"no tmpfs can be mounted here: {error.stderr.decode().strip()}") from None
    try:
        with lab.farm("--model", model, expected=reference) as farm:
            a = farm.worker("a", "--model-cache", cache)
            farm.worker("b", "--model", model)
            failed = a.wait_for("a model cannot be had", 30) - farm.started
            return None, f"worker a said so after {failed:.1f} s; {farm.finish()}"
    finally:
        subprocess.run(["umount", cache], check=True)


def own_model(lab):
    """The embedded model with another digest, so that no worker has it."""
    inspected = subprocess.run(
        [lab.program("apldm-coord"), "model", "inspect"], check=True, capture_output=True, text=True).stdout
    source = next(line.split(maxsplit=1)[1] for line in inspected.splitlines() if line.startswith("folder"))
    model = lab.file("own-model")
    shutil.copytree(source, model, dirs_exist_ok=True)
    with open(os.path.join(model, "model_index.json"), "a") as index:
        index.write("\n")
    return model
