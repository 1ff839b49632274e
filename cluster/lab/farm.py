"""One render on a head and its workers, and the same render undisturbed to compare it with."""
import contextlib
import json
import os
import re
import subprocess
import time

from .programs import Failure, Program

PORT = 7600
LIMIT = 240.0


class Lab:
    """Programs, network, files and the picture that is expected."""

    def __init__(self, folder, network, size, scratch):
        self.folder = folder
        self.network = network
        self.size = size
        self.scratch = scratch
        self._last = None
        self.token = self.file("token")
        with open(self.token, "w") as token:
            token.write(os.urandom(32).hex())
        self.picture = self.file("undisturbed.png")
        start = time.monotonic()
        run = subprocess.run([*self.render_command(self.picture), "--quiet"], capture_output=True, text=True)
        if run.returncode != 0:
            raise Failure(f"the undisturbed render ends with {run.returncode}: {run.stderr.strip()}")
        self.seconds = time.monotonic() - start

    def file(self, name):
        return os.path.join(self.scratch, name)

    def program(self, name):
        return os.path.join(self.folder, name)

    def render_command(self, picture, *arguments):
        return [
            self.program("apldm-coord"), "render", "snowy mountains at sunset", "--width", str(self.size), "--height",
            str(self.size), "--guidance-scale", "5", "--threads", "1", "--json", "-o", picture, *arguments]

    @contextlib.contextmanager
    def farm(self, *arguments, own_device=False, expected=None):
        """A head that waits for its workers to render; everything ends with the context.

        expected -- the picture that is to come, that of the undisturbed render without it."""
        farm = Farm(self, arguments if own_device else ("--dispatch-only", *arguments), expected or self.picture)
        self._last = farm
        try:
            yield farm
        finally:
            farm.end()
            self.network.heal()

    @property
    def logs(self):
        """What the programs of the last farm logged."""
        return self._last.logs if self._last else []


class Farm:
    """A head that listens, and its workers."""

    def __init__(self, lab, arguments, expected):
        self._lab = lab
        self._expected = expected
        self._programs = []
        self.picture = lab.file("farm.png")
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.picture)
        self.started = time.monotonic()
        self.head = self._start("head", lab.network.head, lab.render_command(
            self.picture, "--listen", f"0.0.0.0:{PORT}", "--join-token-file", lab.token, "--insecure-network",
            "--share", "always", "--wait-for-workers", "2", *arguments))
        self.head.wait_for("listening", 20)

    def _start(self, name, namespace, arguments):
        program = Program(name, self._lab.network.command(namespace, *arguments))
        self._programs.append(program)
        return program

    def worker(self, host, *arguments, token=None):
        """Starts a worker on a host."""
        network = self._lab.network
        return self._start(host, network.hosts[host], [
            self._lab.program("apldm-worker"), "--coordinator", f"{network.address(host)}:{PORT}", "--name", host,
            "--threads", "1", "--memory-limit", "2GiB", "--model-cache", "none", "--join-token-file",
            token or self._lab.token, "--log-level", "info", *arguments])

    def workers(self):
        return self.worker("a"), self.worker("b")

    def reaches(self, percent):
        """Waits until so much of the picture is done; the time at which the head said so."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            for at, line in list(self.head.lines):
                progress = re.match(r"(\d+)% ", line)
                if progress and int(progress[1]) >= percent:
                    return at
            if not self.head.is_running:
                break
            time.sleep(0.02)
        raise Failure(f"the head never came to {percent} %")

    def left(self, host, since):
        """Seconds until the head noticed that a worker is gone."""
        return self.head.wait_for(rf"worker={host}\b.* worker left", 30, since) - since

    def joined(self, host, since):
        """Seconds until a worker was back."""
        return self.head.wait_for(rf"worker={host}\b.* worker joined", 60, since) - since

    def finish(self):
        """Waits for the picture and compares it; a description of what it took."""
        code = self.head.wait(LIMIT)
        if code != 0:
            raise Failure(f"the head ends with {code}")
        with open(self.picture, "rb") as picture, open(self._expected, "rb") as expected:
            if picture.read() != expected.read():
                raise Failure("the picture has other bytes")
        report = json.loads(self.head.output)
        tasks = ", ".join(f"{name} {count}" for name, count in sorted(report["completedTasks"].items()))
        return f"{report['pictures'][0]['seconds']:.0f} s; tasks: {tasks}"

    def end(self):
        for program in self._programs:
            program.end()

    @property
    def logs(self):
        return [
            f"{program.name}: {at - self.started:7.2f} {line}"
            for program in self._programs for at, line in program.lines if not re.match(r"\d+% ", line)]
