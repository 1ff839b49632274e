"""Lines that say how far a run is, and the wish to stop."""
import signal
import sys
import time


class Stopped(Exception):
    """A signal asked for an end; everything is saved."""


class Wish:
    """Set by SIGTERM and SIGINT, looked at between steps."""

    def __init__(self):
        self.is_set = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._receive)

    def _receive(self, *_):
        self.is_set = True

    def check(self):
        if self.is_set:
            raise Stopped


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def duration(seconds):
    minutes = int(seconds / 60 + 0.5)
    return f"{seconds:.0f} s" if seconds < 90 else f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"


class Progress:
    """Of one part: a line now and then, with the time that is left at the present pace."""

    def __init__(self, name, total, done=0, interval=20.0):
        self._name, self._total, self._first = name, total, done
        self._interval, self._begun, self._told = interval, time.monotonic(), 0.0

    def at(self, done, **figures):
        now = time.monotonic()
        if done < self._total and now - self._told < self._interval:
            return
        self._told = now
        pace = (now - self._begun) / max(1, done - self._first)
        rest = duration(pace * (self._total - done))
        shown = "".join(f"  {name} {value:.4g}" for name, value in figures.items())
        say(f"{self._name} {done}/{self._total}{shown}  {pace:.3g} s each, {rest} left")
