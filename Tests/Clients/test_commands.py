"""The commands that ask a running coordinator."""

import json
import os
import pathlib
import subprocess
import tempfile

from PIL import Image

import server


def main():
    with tempfile.TemporaryDirectory() as keys:
        root = server.key(keys, "root", "admin")
        looker = server.key(keys, "eve", "read")
        with server.running("--keys", f"{keys}/keys") as (address, folder):

            def command(*arguments, key=root, expecting=0):
                environment = dict(os.environ, APLDM_SERVER=address, APLDM_KEY=key)
                done = subprocess.run(
                    [server.BIN / "apldm-coord", *arguments], env=environment, capture_output=True, text=True,
                    cwd=folder)
                assert done.returncode == expecting, (arguments, done)
                return done.stdout

            small = ["--width", "256", "--height", "256", "--steps", "10", "--guidance-scale", "5"]
            command("submit", "green hills and a lake at noon", *small, "--output", "hills.png", "--watch")
            server.is_a_landscape(Image.open(folder / "hills.png"), (256, 256))
            assert json.loads(command("show", "1", "--json"))["state"] == "finished"
            assert command("fetch", "1") == "1.png\n"
            assert pathlib.Path(folder, "1.png").read_bytes() == pathlib.Path(folder, "hills.png").read_bytes()
            events = [json.loads(line)["event"] for line in command("watch", "1", "--json").splitlines()]
            assert events == ["job"], events

            names = {worker["name"]: worker["state"] for worker in json.loads(command("workers", "--json"))}
            assert names == {"this device": "available", "local-1": "available"}, names
            assert "drained" in command("drain", "local-1")
            assert "available" in command("undrain", "local-1")

            number = command("submit", "a lake", "--width", "2048", "--height", "2048").strip()
            assert "cancelled" in command("cancel", number)
            command("watch", number, expecting=70)
            assert "1 cancelled, 1 finished" in command("jobs")

            command("show", "99", expecting=66)
            command("submit", "x", "--width", "7", expecting=64)
            command("submit", "x", key=looker, expecting=77)
            command("jobs", key="wrong", expecting=77)
            command("jobs", "--server", "http://127.0.0.1:1", expecting=69)
            command("jobs", "--server", "nonsense", expecting=64)
    print("the commands do what they are for")


if __name__ == "__main__":
    main()
