"""Random numbers and smooth noise that do not depend on the number of pixels.

Noise is a sum of octaves of random lattices under cubic B-splines. An octave that the pixels cannot show is left out
and the others stay as they are: a larger picture has the same shapes and more detail.
"""
from functools import lru_cache

import numpy as np


def stream(seed, *keys):
    """Random numbers of one part of a scene: what one part draws never moves another."""
    return np.random.default_rng([seed, *keys])


@lru_cache(maxsize=64)
def _spline_weights(cells, size):
    """The matrix [size, cells + 3] from lattice points to the centres of pixels."""
    place = (np.arange(size) + 0.5) / size * cells
    first = np.floor(place).astype(int)
    part = place - first
    weights = np.zeros((size, cells + 3), np.float32)
    taps = ((1 - part) ** 3, 3 * part**3 - 6 * part**2 + 4, -3 * part**3 + 3 * part**2 + 3 * part + 1, part**3)
    for tap, weight in enumerate(taps):
        weights[np.arange(size), first + tap] += weight / 6
    return weights


def _octaves(cells, gain, octaves, size):
    """The lattices and amplitudes of the octaves that so many pixels can show; the deviation is near 1."""
    # Over all octaves, also those left out: otherwise the others would be stronger in small pictures.
    total = sum(gain ** (2 * octave) for octave in range(octaves)) ** 0.5
    for octave in range(octaves):
        if max(cells) << octave > size // 2:
            return
        yield octave, [count << octave for count in cells], np.float32(2 * gain**octave / total)


def line(seed, key, size, cells, gain=0.5, octaves=9):
    """Noise along the width, [size]."""
    values = np.zeros(size, np.float32)
    for octave, (count,), amplitude in _octaves([cells], gain, octaves, size):
        lattice = stream(seed, key, octave).standard_normal(count + 3, dtype=np.float32)
        values += amplitude * 0.8 * (_spline_weights(count, size) @ lattice)
    return values


def plane(seed, key, size, cells, gain=0.5, octaves=9, rows=None):
    """Noise over the picture or some of its rows, [rows, size]; `cells` are down and across."""
    first, last = rows or (0, size)
    values = np.zeros((last - first, size), np.float32)
    for octave, (down, across), amplitude in _octaves(cells, gain, octaves, size):
        lattice = stream(seed, key, octave).standard_normal((down + 3, across + 3), dtype=np.float32)
        part = (_spline_weights(down, size)[first:last] @ lattice) @ _spline_weights(across, size).T
        values += amplitude * part
    return values


def smooth_step(value, low, high):
    """From 0 at the one edge to 1 at the other, without a corner."""
    part = np.clip((value - low) / (high - low), 0, 1)
    return part * part * (3 - 2 * part)


def relief(heights, size, towards):
    """How much a height field faces the light, which comes from the left (-1) or the right (1) and above.

    The distance over which slopes are taken is a share of the picture, so that they are the same at every size.
    """
    step = max(1, round(size / 320))
    scale = size / (320 * step)
    sideways = np.roll(heights, step * towards, axis=1) - np.roll(heights, -step * towards, axis=1)
    downward = np.roll(heights, -step, axis=0) - np.roll(heights, step, axis=0)
    downward[:step] = downward[-step:] = 0
    return (-0.8 * sideways + 0.6 * downward) * np.float32(scale)
