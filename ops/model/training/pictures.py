"""Painted scenes on disk, in shards, so that painting can be cut off anywhere and goes on.

A shard is uint8 [scenes, size, size, 3]; scene i of a set has the seed `first + i`.
"""
import os
import signal
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from landscapes import Scene, paint

from .files import replace

SHARD = 128
# Far from the training's seeds.
HELD_OUT = 10_000_000


class Pictures:
    """A set of painted scenes."""

    def __init__(self, folder, size, count, first=0):
        self.folder = Path(folder) / f"pictures-{size}{'' if first == 0 else '-held-out'}"
        self.size, self.count, self.first = size, count, first
        self._maps = {}

    @property
    def bytes(self):
        return self.count * self.size * self.size * 3

    def shards(self):
        """Of every shard its path and its scenes."""
        for index in range(0, self.count, SHARD):
            yield self.folder / f"{index // SHARD:05}.npy", range(index, min(index + SHARD, self.count))

    def paint(self, threads, progress, check):
        """Paints what is missing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        missing = [(str(path), self.size, self.first, scenes) for path, scenes in self.shards() if not path.exists()]
        if not missing:
            return
        done = self.count - sum(len(job[3]) for job in missing)
        report = progress(f"painting {self.size}", self.count, done)
        if threads == 1 or len(missing) == 1:
            for job in missing:
                done += _paint_shard(job)
                report.at(done)
                check()
            return
        # One thread for each process: there are as many processes as threads were asked for.
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ[name] = "1"
        with get_context("spawn").Pool(min(threads, len(missing)), _leave_signals) as pool:
            for painted in pool.imap_unordered(_paint_shard, missing):
                done += painted
                report.at(done)
                check()

    def __getitem__(self, index):
        """uint8 [size, size, 3]."""
        shard = index // SHARD
        if shard not in self._maps:
            self._maps[shard] = np.load(self.folder / f"{shard:05}.npy", mmap_mode="r")
        return self._maps[shard][index % SHARD]


def _leave_signals():
    """The parent decides when to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _paint_shard(job):
    path, size, first, scenes = job
    pictures = np.stack([paint(Scene.sample(first + index), size) for index in scenes])
    replace(path, lambda file: np.save(file, pictures))
    return len(scenes)
