"""What people made: a house with a red roof, or a sailboat."""
import numpy as np

from .canvas import colour
from .noise import stream


def paint_house(canvas, scene, hour):
    x, width, light = scene.landmark_x, scene.landmark_width, hour.light
    height, ground = 0.62 * width, 0.92 if scene.terrain == "lake" else 0.87
    random = stream(scene.seed, 17)
    wall, roof = colour(0.95, 0.90, 0.80) * light, colour(0.80, 0.17, 0.12) * light

    def box(left, right, bottom, top, paint):
        across, up = (x + width * left, x + width * right), (ground - height * top, ground - height * bottom)
        canvas.polygon([(across[0], up[0]), (across[1], up[0]), (across[1], up[1]), (across[0], up[1])], paint)

    canvas.ellipse(x, ground, 0.62 * width, 0.06 * width, 0.25 * light, opacity=0.5, softness=0.5)
    box(0.20, 0.32, 1.0, 1.62, colour(0.50, 0.25, 0.20) * light)
    box(-0.5, 0.5, 0, 1, wall)
    # The side away from the light.
    box(*((0.30, 0.5) if scene.disc.x < x else (-0.5, -0.30)), 0, 1, 0.90 * wall)
    for board in range(1, 9):
        box(-0.5, 0.5, board / 9, board / 9 + 0.016, 0.86 * wall)
    canvas.polygon(
        [(x - 0.62 * width, ground - 0.95 * height), (x, ground - 1.78 * height),
         (x + 0.62 * width, ground - 0.95 * height)],
        roof)
    tiles, courses = [], 9
    for course in range(1, courses + 1):
        share = course / courses
        half = 0.60 * share * width
        count = max(1, int(14 * share))
        place = x + half * (2 * (np.arange(count) + 0.5 * (course % 2)) / count - 1)
        tiles.append(np.stack([place, np.full(count, ground - height * (1.78 - 0.82 * share))]))
    tiles = np.concatenate(tiles, axis=1)
    count = tiles.shape[1]
    shade = random.uniform(0.66, 0.95, count)
    canvas.strokes(
        tiles - [[0.035 * width], [0.0]], tiles + [[0.035 * width], [0.0]], 0.012 * width, roof.reshape(3, 1) * shade,
        form="even", opacity=0.9)
    if scene.season == "winter":
        for end in (-1, 1):
            canvas.strokes(
                [[x], [ground - 1.78 * height]], [[x + 0.50 * end * width], [ground - 1.11 * height]], 0.035 * width,
                (colour(0.93, 0.96, 1.0) * light).ravel(), opacity=0.9)
    box(-0.09, 0.09, 0, 0.62, colour(0.40, 0.24, 0.14) * light)
    box(-0.07, 0.07, 0.02, 0.58, colour(0.46, 0.29, 0.18) * light)
    pane = colour(1.0, 0.85, 0.40) if scene.time in ("night", "sunset") else colour(0.45, 0.62, 0.78) * light
    frame = colour(0.35, 0.22, 0.15) * light
    for middle in (-0.31, 0.31):
        box(middle - 0.10, middle + 0.10, 0.35, 0.75, frame)
        box(middle - 0.08, middle + 0.08, 0.39, 0.71, pane)
        box(middle - 0.008, middle + 0.008, 0.39, 0.71, frame)
        box(middle - 0.08, middle + 0.08, 0.54, 0.56, frame)


def paint_boat(canvas, scene, hour):
    """With its reflection, which comes first and is fainter."""
    x, width, line = scene.landmark_x, scene.landmark_width, scene.horizon + 0.105
    light = 0.75 * hour.light + 0.25
    sail = colour(0.98, 0.97, 0.93) * light
    for flip, opacity in ((-0.55, 0.45), (1.0, 1.0)):
        def corner(across, up):
            return x + width * across, line - width * flip * up

        canvas.polygon([corner(0.02, 1.25), corner(0.02, 0.22), corner(0.42, 0.24)], sail, opacity)
        canvas.polygon([corner(-0.03, 1.10), corner(-0.03, 0.22), corner(-0.36, 0.24)], 0.86 * sail, opacity)
        for seam in (0.45, 0.7, 0.95):
            start, end = corner(0.02, seam), corner(0.02 + 0.40 * (1.25 - seam) / 1.03, seam)
            canvas.strokes(np.array([start]).T, np.array([end]).T, 0.008 * width, 0.80 * sail.ravel(), form="even",
                           opacity=opacity)
        canvas.polygon(
            [corner(-0.012, 1.3), corner(0.012, 1.3), corner(0.012, 0.15), corner(-0.012, 0.15)],
            colour(0.30, 0.20, 0.12) * light, opacity)
        canvas.polygon(
            [corner(-0.46, 0.19), corner(0.50, 0.19), corner(0.36, 0), corner(-0.34, 0)],
            colour(0.62, 0.16, 0.13) * light, opacity)
        canvas.polygon(
            [corner(-0.46, 0.19), corner(0.50, 0.19), corner(0.485, 0.165), corner(-0.445, 0.165)],
            colour(0.95, 0.93, 0.88) * light, opacity)
