"""Random numbers that belong to a step: they follow from the seed, the part and the step's number.

So there is no state to keep: a step that is done again after a crash draws what it drew before.
"""
import numpy as np
import torch


def numbers(seed, part, step):
    return np.random.default_rng([seed, *part.encode(), step])


def generator(seed, part, step, device):
    word = np.random.SeedSequence([seed, *part.encode(), step]).generate_state(1, np.uint64)[0]
    return torch.Generator(device).manual_seed(int(word >> np.uint64(1)))
