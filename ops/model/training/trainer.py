"""The loop that both the autoencoder and the UNet are trained in: rate, clipping, averaged weights, checkpoints."""
import math
import time
from pathlib import Path

import torch

from .files import replace
from .progress import Progress, say

WARM_UP = 100
CLIP = 1.0


class Trainer:
    """Trains the parameters of `module` that want gradients.

    A checkpoint holds the weights, their average, the optimiser's state and the step's number; random numbers follow
    from the step (`randomness`). It is written aside and renamed, so that the newest one is always whole.
    """

    def __init__(self, name, module, rate, path, device, average=0.999, decay=1e-3):
        self.name, self.module, self.rate, self.device = name, module, rate, device
        self.step, self.seconds = 0, 0.0
        self._path, self._average = Path(path), average
        self._trained = [parameter for parameter in module.parameters() if parameter.requires_grad]
        # Neither norms and biases nor the embeddings of words, most of which never come, decay.
        kept = {id(layer.weight) for layer in module.modules() if isinstance(layer, torch.nn.Embedding)}
        kept |= {id(parameter) for parameter in self._trained if parameter.ndim < 2}
        groups = [
            {"params": [p for p in self._trained if id(p) not in kept], "weight_decay": decay},
            {"params": [p for p in self._trained if id(p) in kept], "weight_decay": 0.0},
        ]
        self._optimiser = torch.optim.AdamW(groups, rate, betas=(0.9, 0.99))
        self._averaged = [parameter.detach().clone() for parameter in self._trained]
        if self._path.exists():
            self._restore()

    def measure(self, loss, steps=6):
        """Seconds a step; nothing is changed."""
        self.module.train()
        times = []
        for step in range(steps):
            begun = time.perf_counter()
            loss(step)[0].backward()
            if self.device == "cuda":
                torch.cuda.synchronize()
            times.append(time.perf_counter() - begun)
            self._optimiser.zero_grad(set_to_none=True)
        # The first ones warm up; the optimiser and the average come on top.
        return 1.08 * sum(times[2:]) / len(times[2:])

    def run(self, steps, loss, wish, checkpoint_seconds):
        """Steps until there were so many. `loss(step)` returns what is minimised and figures to show."""
        progress = Progress(self.name, steps, self.step)
        saved = begun = time.monotonic()
        while self.step < steps:
            self._one_step(steps, loss, progress)
            now = time.monotonic()
            if wish.is_set or now - saved > checkpoint_seconds or self.step == steps:
                self.seconds += now - begun
                begun = saved = now
                self._save()
                if self.step < steps:
                    wish.check()

    def _one_step(self, steps, loss, progress):
        self.module.train()
        for group in self._optimiser.param_groups:
            group["lr"] = self.rate * _schedule(self.step, steps)
        value, figures = loss(self.step)
        value.backward()
        torch.nn.utils.clip_grad_norm_(self._trained, CLIP)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        self.step += 1
        share = 1 - min(self._average, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(self._averaged, [parameter.detach() for parameter in self._trained], share)
        if self.step % 10 == 0 or self.step == steps:
            if not torch.isfinite(value):
                raise FloatingPointError(f"{self.name}: the loss is {value.item()} at step {self.step}; lower the rate")
            progress.at(self.step, loss=value.item(), **{name: float(figure) for name, figure in figures.items()})

    def take_average(self):
        """Makes the averaged weights those of the module."""
        with torch.no_grad():
            for parameter, averaged in zip(self._trained, self._averaged):
                parameter.copy_(averaged)
        self.module.eval()

    def _save(self):
        state = {
            "step": self.step, "seconds": self.seconds, "weights": [p.detach() for p in self._trained],
            "averaged": self._averaged, "optimiser": self._optimiser.state_dict(),
        }
        replace(self._path, lambda file: torch.save(state, file))

    def _restore(self):
        state = torch.load(self._path, map_location=self.device, weights_only=True)
        self.step, self.seconds = state["step"], state["seconds"]
        with torch.no_grad():
            for own, stored in zip(self._trained + self._averaged, state["weights"] + state["averaged"], strict=True):
                own.copy_(stored)
        self._optimiser.load_state_dict(state["optimiser"])
        say(f"{self.name}: goes on after step {self.step}")


def _schedule(step, steps):
    """Up over the first steps, as the start is better than large steps would leave it, level for the first half, then down along a cosine."""
    rise = min(1.0, (step + 1) / WARM_UP)
    share = max(0.0, (step / steps - 0.5) / 0.5)
    return rise * (0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * share)))
