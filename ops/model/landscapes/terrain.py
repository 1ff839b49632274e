"""Mountains, hills, dunes and the ground of the foreground."""
import numpy as np

from .canvas import colour, mix
from .noise import line, plane, relief, smooth_step, stream
from .palette import MEADOW


def paint_mountains(canvas, scene, hour, haze, snow_line):
    """Fractal outlines, rock in relief, snow above a line that the rock breaks up."""
    size, x = canvas.size, canvas.centres
    heights = np.stack([
        -peak.top - 0.62 * np.where(x < peak.x, (peak.x - x) * peak.left, (x - peak.x) * peak.right)
        for peak in scene.peaks])
    outline = -heights.max(0) + 0.016 * line(scene.seed, 21, size, 8, gain=0.6)
    foot = scene.horizon + (0.02 if scene.terrain == "lake" else 0.18)
    first, last = max(0, canvas.row(outline.min()) - 1), canvas.row(foot)
    y = canvas.y(first, last)
    depth = y - outline[None]
    rough = plane(scene.seed, 22, size, (4, 8), gain=0.64, rows=(first, last))
    crags = plane(scene.seed, 23, size, (8, 16), gain=0.72, rows=(first, last))
    # Every point belongs to the mountain that stands highest there; its ridge runs down from the top and wanders.
    nearest, ridge = None, None
    for index, peak in enumerate(scene.peaks):
        height = heights[index][None] + depth * np.float32(0.22 * (index % 2)) + 0.006 * rough
        if nearest is None:
            nearest, ridge = height, np.full(depth.shape, peak.x, np.float32)
        else:
            nearest, ridge = np.maximum(nearest, height), np.where(height > nearest, np.float32(peak.x), ridge)
    beside = canvas.x - ridge + rough * (0.011 + 0.19 * np.maximum(depth, 0))
    lit = smooth_step(beside * scene.light_side, -0.012, 0.012)
    facing = relief(crags, size, scene.light_side)
    rock = mix(colour(0.25, 0.26, 0.33), colour(0.52, 0.47, 0.45), lit)
    rock = rock * (1 + 0.10 * crags + 0.30 * np.clip(facing, -1, 1.5))
    snow = mix(colour(0.62, 0.70, 0.86), colour(1.0, 0.99, 0.97), lit) * (1 + 0.10 * np.clip(facing, -1.2, 0.6))
    line_of_snow = snow_line * (1.7 if scene.season == "winter" else 1.0)
    covered = 1 - smooth_step(depth + 0.028 * rough + 0.018 * crags, 0.75 * line_of_snow, line_of_snow)
    land = mix(rock, snow, covered) * hour.light
    fog = haze + 0.35 * smooth_step(y, scene.horizon - 0.22, scene.horizon + 0.03)
    canvas.cover(mix(land, hour.haze, fog), np.clip(depth * size + 0.5, 0, 1), first)


def paint_hill(canvas, scene, hour, key, base, height, waves, paint, haze, texture=0.10, cells=(16, 32)):
    """A row of hills from its outline to the bottom of the picture."""
    size = canvas.size
    outline = base - height * line(scene.seed, key, size, waves, gain=0.42)
    first = max(0, canvas.row(outline.min()) - 1)
    depth = canvas.y(first) - outline[None]
    grain = plane(scene.seed, key + 1, size, cells, gain=0.72, rows=(first, size))
    slope = np.gradient(line(scene.seed, key, size, waves, gain=0.42, octaves=4)) * size * height
    shade = 1 + np.clip(slope * scene.light_side * -0.35, -0.22, 0.22)[None] * np.exp(-5 * depth)
    shade = shade + texture * grain + 0.16 * np.exp(-28 * np.maximum(depth, 0)) - 0.30 * np.clip(depth, 0, 0.5)
    # Patches that are drier or lusher than the rest.
    patches = plane(scene.seed, key + 2, size, (8, 8), octaves=4, rows=(first, size))
    vivid = 0.02 if scene.season == "winter" and scene.has_seasons else 0.07
    tinted = paint * (1 + vivid * patches * colour(1.0, 0.4, -0.3))
    canvas.cover(mix(tinted * hour.light * shade, hour.haze, haze), np.clip(depth * size + 0.5, 0, 1), first)
    return outline


def paint_dune(canvas, scene, hour, key, base, height, crests, haze):
    """Long slopes to windward, short shaded ones to the lee, and ripples."""
    size, x = canvas.size, canvas.centres
    random = stream(scene.seed, key, 77)
    phase = random.random()
    heights = random.uniform(0.55, 1.0, int(crests) + 3)
    place = x * crests + phase
    part = place % 1.0
    rise = np.where(part < 0.62, part / 0.62, (1 - part) / 0.38)
    rise = 0.75 * rise * rise * (3 - 2 * rise) + 0.25 * rise
    outline = base - height * rise * heights[place.astype(int)] + 0.006 * line(scene.seed, key, size, 4)
    outline = outline.astype(np.float32)
    first = max(0, canvas.row(outline.min()) - 1)
    y = canvas.y(first)
    depth = y - outline[None]
    grain = plane(scene.seed, key + 1, size, (8, 8), gain=0.55, rows=(first, size))
    sand = plane(scene.seed, key + 2, size, (128, 128), gain=0.9, octaves=4, rows=(first, size))
    # The crest's shadow runs down and to the left.
    along = (place[None] + 0.9 * crests * depth + 0.03 * grain * np.minimum(8 * depth, 1)) % 1.0
    lee = smooth_step((along - 0.62) / crests, -0.004, 0.004) * (1 - smooth_step(along, 0.72, 1.0))
    near = 0.6 + 0.4 * smooth_step(y, 0.6, 1.0)
    ripples = np.sin(2 * np.pi * 46 * (1.35 * y + 0.05 * np.sin(9 * x)[None] + 0.12 * x[None] + 0.010 * grain))
    shade = 1 - 0.34 * lee * np.exp(-3.5 * np.maximum(depth, 0)) + 0.035 * grain + 0.025 * sand
    shade = shade + 0.05 * near * ripples * smooth_step(depth, 0, 0.06) - 0.25 * np.clip(depth, 0, 0.6)
    land = colour(0.93, 0.72, 0.42) * hour.light * shade
    canvas.cover(mix(land, hour.haze, haze), np.clip(depth * size + 0.5, 0, 1), first)
    return outline


def paint_background(canvas, scene, hour):
    """The land up to the horizon; `paint_water` and the foreground come over it."""
    horizon, meadow = scene.horizon, MEADOW[scene.season]
    distant = colour(0.02, 0.05, 0.06)
    if scene.terrain == "mountains":
        paint_mountains(canvas, scene, hour, haze=0.10, snow_line=0.13)
        paint_hill(canvas, scene, hour, 30, horizon + 0.03, 0.020, 4, 0.72 * meadow + distant, 0.28, 0.07)
        outline = paint_hill(canvas, scene, hour, 40, horizon + 0.13, 0.025, 4, 0.86 * meadow, 0.10)
        paint_grass(canvas, scene, hour, 45, outline, 0.86 * meadow, blades=1200, height=0.012, depths=(0.0, 0.13))
    elif scene.terrain == "hills":
        paint_hill(canvas, scene, hour, 30, horizon - 0.06, 0.045, 4, 0.66 * meadow + 1.5 * distant, 0.42, 0.05)
        paint_hill(canvas, scene, hour, 40, horizon + 0.03, 0.045, 2, 0.80 * meadow + 0.5 * distant, 0.22, 0.08)
        outline = paint_hill(canvas, scene, hour, 50, horizon + 0.13, 0.035, 2, 0.92 * meadow, 0.08)
        paint_grass(canvas, scene, hour, 55, outline, 0.92 * meadow, blades=1200, height=0.013, depths=(0.0, 0.13))
    elif scene.terrain == "desert":
        paint_dune(canvas, scene, hour, 30, horizon + 0.02, 0.09, 2.3, 0.40)
        paint_dune(canvas, scene, hour, 40, horizon + 0.13, 0.11, 1.7, 0.18)
    elif scene.terrain == "lake":
        paint_mountains(canvas, scene, hour, haze=0.22, snow_line=0.07)
        paint_hill(
            canvas, scene, hour, 30, horizon - 0.015, 0.014, 8, 0.62 * meadow + distant, 0.20, 0.07)


def paint_foreground(canvas, scene, hour):
    meadow = MEADOW[scene.season]
    if scene.terrain == "sea":
        outline = paint_hill(
            canvas, scene, hour, 60, 0.93, 0.012, 2, colour(0.90, 0.78, 0.55), 0.0, 0.06, cells=(64, 64))
        _pebbles(canvas, scene, hour, outline, 90)
    elif scene.terrain == "desert":
        outline = paint_dune(canvas, scene, hour, 60, 0.86, 0.06, 1.2, 0.03)
        _pebbles(canvas, scene, hour, outline, 70)
    else:
        base = 0.86 if scene.terrain == "lake" else 0.80
        outline = paint_hill(canvas, scene, hour, 60, base, 0.020, 2, meadow, 0.0, 0.10, cells=(32, 64))
        winter = scene.season == "winter"
        paint_grass(
            canvas, scene, hour, 65, outline, colour(0.70, 0.70, 0.66) if winter else meadow,
            blades=700 if winter else 2600, height=0.045, depths=(0.0, 1.03 - base))
        _strewn(canvas, scene, hour, outline)


def paint_grass(canvas, scene, hour, key, outline, paint, blades, height, depths):
    """Blades that get larger with their nearness, far ones first."""
    random = stream(scene.seed, key)
    x = random.uniform(-0.01, 1.01, blades)
    near = np.sort(random.random(blades) ** 0.8)
    ground = outline[np.clip((x * canvas.size).astype(int), 0, canvas.size - 1)]
    base = ground + depths[0] + (depths[1] - depths[0]) * near + 0.004
    size = height * (0.35 + 0.65 * near) * random.uniform(0.55, 1.1, blades)
    lean = random.normal(0.12 * np.sin(9 * x + scene.seed), 0.30) * size
    light = 0.72 + 0.5 * random.random(blades) ** 1.5
    tint = paint.reshape(3, 1) * hour.light.reshape(3, 1) * light
    variety = 0.15 if scene.season == "winter" else 0.45
    tint = tint * (1 + np.array([[0.25], [0.06], [-0.10]]) * random.normal(0, variety, blades))
    start, end = np.stack([x, base]), np.stack([x + lean, base - size])
    width, bend = 0.0011 + 0.0022 * near * height / 0.045, random.normal(0, 0.12, blades) * size
    # In bands, so that a stroke is cut no finer than its own band needs.
    for band in np.array_split(np.arange(blades), 3):
        canvas.strokes(
            start[:, band], end[:, band], width[band], tint[:, band], front=near[band], bend=bend[band])


def _strewn(canvas, scene, hour, outline):
    """Flowers in spring and summer, leaves in autumn, tracks of light on snow in winter."""
    random = stream(scene.seed, 8)
    colours, count = {
        "spring": (((0.95, 0.25, 0.30), (1.0, 0.88, 0.25), (0.95, 0.95, 0.98), (0.75, 0.40, 0.85)), 150),
        "summer": (((0.98, 0.95, 0.90), (1.0, 0.85, 0.20)), 60),
        "autumn": (((0.80, 0.30, 0.08), (0.90, 0.55, 0.12), (0.55, 0.20, 0.08)), 160),
        "winter": (((1.0, 1.0, 1.0), (0.80, 0.86, 0.96)), 130),
    }[scene.season]
    x, near = random.random(count), np.sort(random.random(count))
    ground = outline[np.clip((x * canvas.size).astype(int), 0, canvas.size - 1)]
    place = np.stack([x, ground + 0.015 + (1 - ground) * near])
    tint = np.array(colours).T[:, random.integers(0, len(colours), count)] * hour.light.reshape(3, 1)
    radius = (0.0016 + 0.0036 * near) * random.uniform(0.7, 1.3, count)
    canvas.dots(place, radius, tint, front=near, flatness=0.8)
    if scene.season == "spring":
        canvas.dots(place, 0.4 * radius, np.array([0.98, 0.85, 0.25]) * hour.light.ravel(), front=near)


def _pebbles(canvas, scene, hour, outline, count):
    """Stones with a lit top and a shadow."""
    random = stream(scene.seed, 12)
    x, near = random.random(count), np.sort(random.random(count))
    ground = outline[np.clip((x * canvas.size).astype(int), 0, canvas.size - 1)]
    place = np.stack([x, ground + 0.012 + (1 - ground) * near])
    radius = (0.0012 + 0.0045 * near) * random.uniform(0.5, 1.4, count)
    tint = np.array([[0.50], [0.44], [0.38]]) * random.uniform(0.75, 1.2, count) * hour.light.reshape(3, 1)
    shift = np.stack([0.5 * -scene.light_side * radius, 0.45 * radius])
    canvas.dots(place + shift, radius, 0.45 * tint, flatness=0.6, opacity=0.6)
    canvas.dots(place, radius, tint, flatness=0.75)
    canvas.dots(place - 0.45 * shift, 0.5 * radius, np.minimum(1.35 * tint, 1), flatness=0.7)
