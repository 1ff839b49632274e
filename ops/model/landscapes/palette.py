"""The colours of the hours and the seasons: those of the evaluation's painter, so that its measures apply."""
from dataclasses import dataclass

import numpy as np

from .canvas import colour


@dataclass(frozen=True)
class Hour:
    """The sky at the top, half-way and at the horizon; the light on things; what distance fades to; the sun or moon
    and its glow; clouds in the light and away from it."""

    top: np.ndarray
    middle: np.ndarray
    horizon: np.ndarray
    light: np.ndarray
    haze: np.ndarray
    disc: np.ndarray
    glow: np.ndarray
    cloud: np.ndarray
    cloud_shade: np.ndarray


HOURS = {
    "dawn": Hour(
        colour(0.42, 0.53, 0.80), colour(0.80, 0.72, 0.82), colour(1.00, 0.80, 0.72), colour(0.95, 0.80, 0.82),
        colour(0.90, 0.76, 0.80), colour(1.00, 0.95, 0.80), colour(1.00, 0.80, 0.62), colour(1.00, 0.84, 0.84),
        colour(0.70, 0.62, 0.74)),
    "day": Hour(
        colour(0.18, 0.44, 0.86), colour(0.42, 0.66, 0.95), colour(0.78, 0.90, 0.98), colour(1.00, 1.00, 0.97),
        colour(0.72, 0.84, 0.95), colour(1.00, 0.96, 0.62), colour(1.00, 0.97, 0.80), colour(1.00, 1.00, 1.00),
        colour(0.72, 0.78, 0.86)),
    "sunset": Hour(
        colour(0.28, 0.20, 0.46), colour(0.80, 0.34, 0.34), colour(1.00, 0.62, 0.22), colour(0.92, 0.58, 0.42),
        colour(0.88, 0.46, 0.34), colour(1.00, 0.92, 0.50), colour(1.00, 0.70, 0.30), colour(1.00, 0.60, 0.42),
        colour(0.46, 0.26, 0.40)),
    "night": Hour(
        colour(0.015, 0.025, 0.09), colour(0.04, 0.06, 0.17), colour(0.10, 0.14, 0.31), colour(0.22, 0.27, 0.44),
        colour(0.09, 0.12, 0.27), colour(0.96, 0.96, 0.88), colour(0.45, 0.52, 0.75), colour(0.20, 0.23, 0.36),
        colour(0.07, 0.09, 0.18)),
}

MEADOW = {
    "spring": colour(0.46, 0.72, 0.26), "summer": colour(0.24, 0.56, 0.20),
    "autumn": colour(0.72, 0.50, 0.18), "winter": colour(0.90, 0.93, 0.97),
}

FOLIAGE = {
    "spring": colour(0.96, 0.66, 0.76), "summer": colour(0.18, 0.48, 0.14),
    "autumn": colour(0.88, 0.38, 0.10), "winter": colour(0.86, 0.90, 0.95),
}
