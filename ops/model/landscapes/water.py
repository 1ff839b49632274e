"""Lakes and the sea: the mirrored picture, waves, and the light's path."""
import numpy as np

from .canvas import colour, mix
from .noise import plane, smooth_step, stream

WAVES = 1500
GLINTS = 700


def paint_water(canvas, scene, hour):
    """From the horizon down. What is mirrored is what was painted so far, which is all but the disc itself."""
    size, lake = canvas.size, scene.terrain == "lake"
    first = int(round(scene.horizon * size))
    below = canvas.y(first) - scene.horizon
    depth = np.clip(below / (1 - scene.horizon), 0, 1)
    ripples = plane(scene.seed, 13, size, (64, 8), gain=0.75, octaves=5, rows=(first, size))
    swell = plane(scene.seed, 14, size, (16, 4), gain=0.6, octaves=6, rows=(first, size))
    stretch, unrest = (1.15, 1.0) if lake else (0.95, 2.0)
    source = (scene.horizon - below * stretch + ripples * unrest * (0.004 + 0.014 * depth)) * size - 0.5
    source = np.clip(source, 0, max(first - 1, 0))
    column = np.clip(np.arange(size)[None] + (swell * (0.003 + 0.012 * depth) * size).astype(int), 0, size - 1)
    row = source.astype(int)
    share = (source - row).astype(np.float32)
    following = np.minimum(row + 1, max(first - 1, 0))
    mirrored = mix(canvas.pixels[:, row, column], canvas.pixels[:, following, column], share)
    tint = (colour(0.10, 0.30, 0.42) if lake else colour(0.06, 0.28, 0.46)) * hour.light
    water = mix(tint, mirrored, np.float32(0.85 if lake else 0.55))
    water = water * (1 - 0.22 * depth) * (1 + 0.10 * ripples + 0.07 * swell)
    canvas.pixels[:, first:] = water
    _waves(canvas, scene, hour)
    _glints(canvas, scene, hour)


def _waves(canvas, scene, hour):
    """Crests and troughs that get longer with their nearness."""
    random = stream(scene.seed, 15)
    near = np.sort(random.random(WAVES) ** 1.4)
    length = (0.008 + 0.05 * near) * random.uniform(0.5, 1.3, WAVES)
    centre = np.stack([random.uniform(-0.02, 1.02, WAVES), scene.horizon + 0.004 + (1 - scene.horizon) * near])
    reach = np.stack([length / 2, np.zeros(WAVES)])
    crest = random.random(WAVES) < 0.5
    tint = np.where(crest, hour.light.reshape(3, 1) * 0.95 + 0.05, hour.light.reshape(3, 1) * 0.12)
    strength = 0.16 if scene.terrain == "lake" else 0.34
    for bright, opacity in ((False, 0.8 * strength), (True, strength)):
        part = crest == bright
        canvas.strokes(
            (centre - reach)[:, part], (centre + reach)[:, part], (0.0012 + 0.0036 * near)[part], tint[:, part],
            form="leaf", bend=(0.04 * length)[part], opacity=opacity)


def _glints(canvas, scene, hour):
    """The light's path: flecks below the disc, wider and larger with their nearness; never a disc's shape."""
    random = stream(scene.seed, 16)
    near = np.sort(random.random(GLINTS))
    spread = 0.022 + 0.075 * near
    x = scene.disc.x + spread * random.normal(0, 1, GLINTS)
    centre = np.stack([x, scene.horizon + 0.006 + (1 - scene.horizon) * near])
    length = (0.006 + 0.028 * near) * random.uniform(0.4, 1.2, GLINTS)
    reach = np.stack([length / 2, np.zeros(GLINTS)])
    tint = hour.disc.reshape(3, 1) * (0.8 if scene.time == "night" else 1.0)
    canvas.strokes(centre - reach, centre + reach, 0.0011 + 0.0026 * near, tint, form="leaf", opacity=0.8)
