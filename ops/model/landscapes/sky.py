"""The sky and what is in it."""
import numpy as np

from .canvas import colour, mix
from .noise import plane, smooth_step, stream

STARS = 320


def paint_sky(canvas, scene, hour):
    """Everything but the disc itself, which comes last so that water never mirrors a second one."""
    height = np.clip(canvas.y() / scene.horizon, 0, 1.2)
    sky = mix(hour.top, hour.middle, smooth_step(height, 0, 0.62))
    canvas.pixels[:] = mix(sky, hour.horizon, smooth_step(height, 0.45, 1.02))
    if scene.time == "night":
        _stars(canvas, scene)
    rows = canvas.row(scene.horizon + 0.02)
    distance = _distance(canvas, scene, 0, rows)
    _glow(canvas, scene, hour, distance)
    if scene.clouds != "clear":
        _clouds(canvas, scene, hour, distance)


def paint_disc(canvas, scene, hour, sky):
    """The one sun or moon, where the picture still is as the sky was painted: never before a mountain."""
    disc = scene.disc
    first, last = canvas.row(disc.y - disc.radius - 0.01), canvas.row(disc.y + disc.radius + 0.01) + 1
    distance = _distance(canvas, scene, first, last)
    rim = np.minimum(distance / disc.radius, 1)
    if scene.time == "night":
        seas = plane(scene.seed, 9, canvas.size, (16, 16), rows=(first, min(last, canvas.size)))
        shade = (1 - 0.15 * smooth_step(seas, 0.2, 0.8) - 0.03 * seas) * (1 - 0.16 * rim**3)
    else:
        shade = 1 - 0.05 * rim**4
    free = (canvas.pixels[:, first:last] == sky[:, first:last]).all(axis=0)
    canvas.cover(hour.disc * shade, np.clip((disc.radius - distance) * canvas.size + 0.5, 0, 1) * free, first)


def _distance(canvas, scene, first, last):
    return np.hypot(canvas.x - scene.disc.x, canvas.y(first, last) - scene.disc.y).astype(np.float32)


def _stars(canvas, scene):
    """Most of them faint; a few large enough to keep their shape in a small picture."""
    random = stream(scene.seed, 7)
    brightness = random.uniform(0.25, 1, STARS) ** 2
    place = np.stack([random.uniform(0, 1, STARS), random.uniform(0, 0.92 * scene.horizon, STARS)])
    radius = 0.0009 + 0.0016 * brightness
    warmth = random.uniform(-0.12, 0.12, STARS)
    tint = np.stack([0.95 + warmth, np.full(STARS, 0.95), 1 - warmth]) * (0.55 + 0.45 * brightness)
    clear = np.hypot(place[0] - scene.disc.x, place[1] - scene.disc.y) > 1.6 * scene.disc.radius
    canvas.dots(place[:, clear], radius[clear], tint[:, clear])


def _glow(canvas, scene, hour, distance):
    beyond = np.maximum(distance - scene.disc.radius, 0) / scene.disc.radius
    strength = 0.7 if scene.time == "night" else 1.0
    canvas.cover(hour.glow, strength * (0.55 * np.exp(-beyond / 1.6) + 0.30 * np.exp(-beyond / 6)))


def _clouds(canvas, scene, hour, distance):
    """They leave the disc and the horizon free, and are lit from the disc's side."""
    rows = distance.shape[0]
    shape = plane(scene.seed, 11, canvas.size, (8, 4), gain=0.56, rows=(0, rows))
    threshold = 0.62 if scene.clouds == "few" else -0.05
    high = 1 - 0.75 * smooth_step(canvas.y(0, rows), 0.62 * scene.horizon, 0.98 * scene.horizon)
    clear = smooth_step(distance, 1.1 * scene.disc.radius, 2.3 * scene.disc.radius)
    coverage = 0.93 * smooth_step(shape, threshold, threshold + 0.75) * high * clear
    # A cloud is darker where it is thick, and below.
    under = np.gradient(shape, axis=0) * canvas.size
    shade = np.clip(0.62 - 0.030 * under - 0.24 * (shape - threshold), 0, 1)
    canvas.cover(mix(hour.cloud_shade, hour.cloud, shade), coverage)
    rim = smooth_step(shape, threshold, threshold + 0.3) * (1 - smooth_step(shape, threshold + 0.3, threshold + 0.6))
    canvas.cover(mix(hour.glow, colour(1, 1, 1), 0.3), 0.22 * rim * high * clear * np.exp(-distance / 0.35))
