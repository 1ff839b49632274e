"""A real coordinator with a worker of its own, for clients to try."""

import contextlib
import os
import pathlib
import re
import subprocess
import tempfile

BIN = pathlib.Path(os.environ["APLDM_BIN"])


@contextlib.contextmanager
def running(*arguments, workers=1):
    """Starts `serve` on a port of the system's choice; gives its address and its folder, and ends it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder, "log")
        with open(log, "w") as errors:
            process = subprocess.Popen(
                [BIN / "apldm-coord", "serve", "--http", "127.0.0.1:0", "--data", pathlib.Path(folder, "data"),
                 "--local-workers", str(workers), *arguments], stderr=errors, cwd=folder)
        try:
            address = None
            while address is None:
                if process.poll() is not None:
                    raise RuntimeError(f"the coordinator has ended:\n{log.read_text()}")
                found = re.search(r"url=(http://[^/]+)/v1/jobs", log.read_text())
                address = found and found[1]
                if address is None:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(0.1)
            yield address, pathlib.Path(folder)
        except BaseException:
            print(log.read_text()[-4000:])
            raise
        finally:
            process.terminate()
            if process.wait(30) != 0:
                raise RuntimeError(f"the coordinator ended with {process.returncode}:\n{log.read_text()[-4000:]}")


def key(folder, name, role):
    """Makes a key in the folder's file of keys."""
    command = [BIN / "apldm-coord", "keys", "add", name, "--role", role, "--keys", pathlib.Path(folder, "keys")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def is_a_landscape(picture, size):
    """Whether a picture has the size, and neither one colour nor noise."""
    assert picture.size == size, picture.size
    small = picture.convert("L").resize((16, 16))
    levels = list(small.getdata())
    assert max(levels) - min(levels) > 20, "the picture has one tone"
    steps = [abs(levels[i] - levels[i + 1]) for i in range(255) if i % 16 != 15]
    assert sum(steps) / len(steps) < 40, "the picture is noise"
