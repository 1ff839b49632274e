"""The programs under test: where they are, and a running one whose lines are kept with their times."""
import os
import re
import signal
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UNAVAILABLE = 69
NOT_PERMITTED = 77


def leave(code, text):
    """Ends with a line that says what is missing."""
    print(f"error: {text}", file=sys.stderr)
    sys.exit(code)


def binaries(*names):
    """The folder that holds the programs: $APLDM_BIN, or that of the release build."""
    folder = os.environ.get("APLDM_BIN")
    if not folder:
        try:
            folder = subprocess.run(
                ["swift", "build", "--package-path", ROOT, "-c", "release", "--show-bin-path"],
                check=True, capture_output=True, text=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError) as error:
            leave(UNAVAILABLE, f"swift build --show-bin-path: {error}; set APLDM_BIN to the programs' folder")
    for name in names:
        if not os.access(os.path.join(folder, name), os.X_OK):
            leave(UNAVAILABLE, f"{name} is not in {folder}; build it: swift build -c release --product {name}")
    return folder


class Failure(Exception):
    """What a program did that it should not have done."""


class Program:
    """A running program. Its standard error is read as it comes; each line is kept with the time it came at."""

    def __init__(self, name, arguments):
        self.name = name
        self.lines = []
        self._news = threading.Condition()
        self._ended = False
        self._process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._output = []
        self._readers = [
            threading.Thread(target=self._read_lines, daemon=True),
            threading.Thread(target=lambda: self._output.append(self._process.stdout.read()), daemon=True)]
        for reader in self._readers:
            reader.start()

    def _read_lines(self):
        for line in self._process.stderr:
            with self._news:
                self.lines.append((time.monotonic(), line.rstrip()))
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def find(self, pattern, since=0.0):
        """The time of the first line that matches and came later; None without one."""
        with self._news:
            return next((at for at, line in self.lines if at >= since and re.search(pattern, line)), None)

    def wait_for(self, pattern, seconds, since=0.0):
        """The same, waiting for such a line."""
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                found = next((at for at, line in self.lines if at >= since and re.search(pattern, line)), None)
                if found is not None:
                    return found
                left = deadline - time.monotonic()
                if left <= 0 or self._ended:
                    what = "it ended" if self._ended else f"{seconds} s"
                    raise Failure(f"{self.name}: no line with '{pattern}' before {what}")
                self._news.wait(left)

    def wait(self, seconds):
        """Its exit status."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name}: still running after {seconds:.0f} s") from None
        for reader in self._readers:
            reader.join()
        return code

    @property
    def is_running(self):
        return self._process.poll() is None

    @property
    def identifier(self):
        return self._process.pid

    @property
    def output(self):
        """Its standard output, once it has ended."""
        return "".join(self._output)

    @property
    def log(self):
        return [line for _, line in self.lines]

    def send(self, number):
        self._process.send_signal(number)

    def end(self):
        """Ends it whatever state it is in."""
        if self.is_running:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
