"""Trees: pines, leafy trees and cactuses."""
import numpy as np

from .canvas import colour
from .noise import stream
from .palette import FOLIAGE

SNOW = np.array([[0.93], [0.96], [1.0]])
SPINES = np.array([[0.93], [0.90], [0.70]])


def paint_tree(canvas, scene, hour, index):
    tree = scene.trees[index]
    random = stream(scene.seed, 100, index)
    {"pine": _pine, "leafy": _leafy, "cactus": _cactus}[scene.kind](canvas, scene, hour, tree, random)


def _light_side(scene, tree):
    return -1 if scene.disc.x < tree.x else 1


def _shadow(canvas, hour, tree, width):
    """On the ground, so that a tree stands instead of floating."""
    canvas.ellipse(tree.x, tree.base, width, 0.16 * width, 0.25 * hour.light, opacity=0.45, softness=0.5)


def _pine(canvas, scene, hour, tree, random):
    """Tiers of boughs; every bough is a bundle of needles that hang outwards."""
    x, base, height = tree.x, tree.base, tree.height
    reach = 0.27 * height
    _shadow(canvas, hour, tree, 0.7 * reach)
    bark = colour(0.30, 0.19, 0.11) * hour.light
    canvas.polygon(
        [(x - 0.035 * height, base - 0.16 * height), (x + 0.035 * height, base - 0.16 * height),
         (x + 0.042 * height, base), (x - 0.042 * height, base)], bark)
    canvas.polygon(
        [(x + 0.006 * height, base - 0.16 * height), (x + 0.020 * height, base - 0.16 * height),
         (x + 0.022 * height, base), (x + 0.008 * height, base)], 0.72 * bark)
    green = (colour(0.14, 0.32, 0.14) if scene.season == "autumn" else colour(0.10, 0.32, 0.17)).reshape(3, 1)
    light = hour.light.reshape(3, 1)
    tiers, top = 7, base - height
    side = _light_side(scene, tree)
    for tier in range(tiers, 0, -1):
        # From the lowest tier up: a higher one hangs over the one below.
        share = tier / tiers
        level = top + 0.88 * height * (share - 0.5 / tiers)
        half = reach * (0.10 + 0.90 * share) * random.uniform(0.92, 1.08)
        drop = 0.16 * height * (0.45 + 0.55 * share)
        canvas.polygon(
            [(x, level - 0.9 * drop), (x + 0.82 * half, level + 0.72 * drop),
             (x - 0.82 * half, level + 0.72 * drop)],
            0.62 * green.reshape(3, 1, 1) * hour.light)
        needles = 34 + int(76 * share)
        away = random.uniform(-1, 1, needles)
        away = np.sign(away) * np.abs(away) ** 0.8
        inner = 0.25 + 0.35 * random.random(needles)
        rise = random.uniform(-0.9, 0.25, needles) * (1 - 0.65 * np.abs(away))
        start = np.stack([x + half * away * inner, level + drop * (0.6 * np.abs(away) + rise)])
        end = np.stack([x + half * away, level + drop * (0.95 * np.abs(away) + 0.55 * rise + 0.30)])
        shade = 0.95 + 0.32 * side * away + random.normal(0, 0.14, needles) - 0.25 * rise
        canvas.strokes(
            start, end, 0.020 * height * (0.6 + 0.4 * share), green * light * 1.15 * np.clip(shade, 0.35, 1.7),
            front=random.random(needles), bend=0.05 * half * np.sign(away))
        if scene.season == "winter":
            snowy = random.random(needles) < 0.55
            lift = np.array([[0.0], [0.012 * height]])
            canvas.strokes(
                (start - lift)[:, snowy], (end - lift)[:, snowy], 0.017 * height,
                SNOW * light * np.clip(0.92 + 0.1 * side * away[snowy], 0, 1.05), form="leaf")
    canvas.polygon(
        [(x - 0.012 * height, top + 0.08 * height), (x, top - 0.03 * height),
         (x + 0.012 * height, top + 0.08 * height)],
        0.9 * green.reshape(3, 1, 1) * hour.light)


def _leafy(canvas, scene, hour, tree, random):
    """A trunk that forks, and clumps of leaves that are lit like balls."""
    x, base, height = tree.x, tree.base, tree.height
    _shadow(canvas, hour, tree, 0.28 * height)
    light = hour.light.reshape(3, 1)
    bark = colour(0.34, 0.22, 0.13)
    canvas.polygon(
        [(x - 0.030 * height, base - 0.5 * height), (x + 0.030 * height, base - 0.5 * height),
         (x + 0.055 * height, base), (x - 0.055 * height, base)], bark * hour.light)
    grooves = 14
    across = random.uniform(-0.028, 0.028, grooves) * height
    canvas.strokes(
        np.stack([x + 1.5 * across, np.full(grooves, base)]),
        np.stack([x + across, np.full(grooves, base - 0.5 * height)]), 0.006 * height, bark.reshape(3, 1) * light * random.uniform(0.6, 1.35, grooves), opacity=0.8)
    spread, centre = 0.33 * height, base - 0.64 * height
    boughs = 6
    angle = np.linspace(-1.1, 1.1, boughs)
    canvas.strokes(
        np.stack([np.full(boughs, x), np.full(boughs, base - 0.42 * height)]),
        np.stack([x + 0.9 * spread * np.sin(angle), centre - 0.5 * spread * np.cos(angle)]),
        0.035 * height, bark.reshape(3, 1) * light * 0.9)
    leaf = FOLIAGE[scene.season].reshape(3, 1)
    side = _light_side(scene, tree)
    ring = np.linspace(0, 2 * np.pi, 9, endpoint=False) + random.uniform(0, 0.7)
    clumps = np.stack([
        np.append(0.66 * np.cos(ring), [0, 0.25, -0.25]), np.append(0.60 * np.sin(ring), [0.1, -0.25, -0.2])])
    clumps = clumps + random.normal(0, 0.05, clumps.shape)
    order = np.argsort(-clumps[1])
    for clump in order:
        middle_x, middle_y = x + spread * clumps[0, clump], centre + 0.92 * spread * clumps[1, clump]
        radius = spread * random.uniform(0.42, 0.52)
        shade = 0.80 + 0.20 * (side * clumps[0, clump] - clumps[1, clump])
        mass = 0.80 * shade * leaf.reshape(3, 1, 1) * hour.light
        canvas.ellipse(middle_x, middle_y, 0.86 * radius, 0.80 * radius, mass)
        leaves = 120
        turn, away = random.uniform(0, 2 * np.pi, leaves), np.sqrt(random.random(leaves))
        offset = np.stack([np.cos(turn), np.sin(turn)]) * away
        place = np.array([[middle_x], [middle_y]]) + radius * offset * np.array([[1.0], [0.92]])
        facing = 0.26 * (0.6 * side * offset[0] - 0.8 * offset[1])
        bright = np.clip(shade + facing + random.normal(0, 0.12, leaves), 0.35, 1.6)
        variety = 0.2 if scene.season == "winter" else 0.6
        tint = leaf * light * bright * (1 + np.array([[0.12], [0.0], [-0.10]]) * random.normal(0, variety, leaves))
        size = 0.022 * height * random.uniform(0.7, 1.3, leaves)
        way = np.stack([np.cos(3 * turn), np.sin(3 * turn)]) * size
        canvas.strokes(
            place - way, place + way, 1.1 * size, np.clip(tint, 0, 1), front=random.random(leaves), form="leaf")


def _cactus(canvas, scene, hour, tree, random):
    """A stem and two arms with ribs and spines."""
    x, base, height = tree.x, tree.base, tree.height
    _shadow(canvas, hour, tree, 0.18 * height)
    radius, arm = 0.075 * height, 0.24 * height
    side = _light_side(scene, tree)
    green = colour(0.20, 0.45, 0.22) * hour.light
    left, right = random.uniform(0.36, 0.46), random.uniform(0.48, 0.58)
    limbs = [
        (x - arm, base - (left + 0.25) * height, x - arm, base - left * height, 0.72 * radius),
        (x - arm, base - left * height, x, base - (left - 0.02) * height, 0.72 * radius),
        (x + arm, base - (right + 0.24) * height, x + arm, base - right * height, 0.72 * radius),
        (x + arm, base - right * height, x, base - (right - 0.02) * height, 0.72 * radius),
        (x, base - height + radius, x, base - 0.3 * radius, radius),
    ]
    for x0, y0, x1, y1, thick in limbs:
        def brush(place_x, place_y):
            way_x, way_y = x1 - x0, y1 - y0
            along = ((place_x - x0) * way_x + (place_y - y0) * way_y) / (way_x**2 + way_y**2)
            along = np.clip(along, 0, 1)
            off_x, off_y = place_x - x0 - along * way_x, place_y - y0 - along * way_y
            upright = abs(way_y) > abs(way_x)
            place = np.clip((off_x if upright else off_y) / thick, -1, 1)
            lit = side * place if upright else -place
            shade = 1 + 0.35 * lit + 0.14 * np.cos(4 * np.pi * place)
            return green * shade, thick - np.hypot(off_x, off_y)

        canvas.shape((min(x0, x1) - thick, min(y0, y1) - thick, max(x0, x1) + thick, max(y0, y1) + thick), brush)
        spines = 34
        share, across = random.random(spines), random.choice([-0.98, -0.5, 0.0, 0.5, 0.98], spines)
        upright = abs(y1 - y0) > abs(x1 - x0)
        sideways = np.array([[1.0], [0.0]]) if upright else np.array([[0.0], [1.0]])
        place = np.array([[x0], [y0]]) + share * np.array([[x1 - x0], [y1 - y0]]) + sideways * across * thick
        way = np.stack([0.02 * np.where(across < 0, -1, 1), random.uniform(-0.02, 0.005, spines)]) * height
        canvas.strokes(
            place, place + way, 0.0028 * height, SPINES * hour.light.reshape(3, 1), opacity=0.8)
