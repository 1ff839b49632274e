"""The training pictures' latents on disk, in shards like the pictures, each also mirrored.

A shard is float16 [scenes, 2 (as is, mirrored), 2 (mean, deviation), channels, edge, edge].
"""
import json
from pathlib import Path

import numpy as np
import torch

from .autoencoder import tensor
from .files import replace, replace_text
from .pictures import SHARD

BATCH = 8


class Latents:
    def __init__(self, folder, count):
        self.folder, self.count = Path(folder) / "latents", count
        self._maps = {}

    def encode(self, autoencoder, pictures, device, progress, check):
        self.folder.mkdir(parents=True, exist_ok=True)
        report, done = None, 0
        for path, scenes in pictures.shards():
            shard = self.folder / path.name
            if not shard.exists():
                report = report or progress("encoding", self.count, done)
                values = []
                for first in range(0, len(scenes), BATCH):
                    check()
                    batch = np.stack([pictures[index] for index in scenes[first : first + BATCH]])
                    values.append(encode(autoencoder, batch, device))
                replace(shard, lambda file: np.save(file, np.concatenate(values)))
                report.at(done + len(scenes))
            done += len(scenes)

    def scale(self):
        """What brings their deviation to 1, as `scaling_factor`; decided once."""
        path = self.folder / "scale.json"
        if not path.exists():
            means = np.concatenate([
                np.load(shard)[:, 0, 0].astype(np.float64).ravel() for shard in sorted(self.folder.glob("*.npy"))[:32]])
            replace_text(path, json.dumps({"scaling_factor": float(1 / means.std())}))
        return json.loads(path.read_text())["scaling_factor"]

    def batch(self, indices, mirrored):
        """Means and deviations, each [n, channels, edge, edge]."""
        values = np.stack([self._shard(int(i) // SHARD)[int(i) % SHARD, int(m)] for i, m in zip(indices, mirrored)])
        values = torch.from_numpy(values).float()
        return values[:, 0], values[:, 1]

    def _shard(self, index):
        if index not in self._maps:
            self._maps[index] = np.load(self.folder / f"{index:05}.npy", mmap_mode="r")
        return self._maps[index]


@torch.no_grad()
def encode(autoencoder, pictures, device):
    """float16 [n, 2, 2, channels, edge, edge]."""
    sides = []
    for side in (pictures, pictures[:, :, ::-1]):
        posterior = autoencoder.encode(tensor(side, device)).latent_dist
        sides.append(torch.stack([posterior.mean, posterior.std], 1))
    return torch.stack(sides, 1).half().cpu().numpy()
