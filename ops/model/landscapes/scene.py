"""A landscape: what is in it and where, and nothing about pixels.

Lengths are shares of the picture's edge; y grows downwards. There is exactly one sun, or at night one moon. Attributes
and ranges are those of the Swift evaluation's scenes, but trees are counted.
"""
import json
from dataclasses import asdict, dataclass

from .noise import stream

TIMES = ("dawn", "day", "sunset", "night")
TERRAINS = {"mountains": 0.24, "hills": 0.21, "desert": 0.17, "lake": 0.20, "sea": 0.18}
SEASONS = ("spring", "summer", "autumn", "winter")
SIDES = ("left", "center", "right")
CLOUDS = {"clear": 0.40, "few": 0.35, "many": 0.25}
KINDS = {"pine": 0.6, "leafy": 0.4}
LANDMARKS = {
    "mountains": {"none": 0.55, "house": 0.45}, "hills": {"none": 0.55, "house": 0.45}, "desert": {"none": 1.0},
    "lake": {"none": 0.40, "house": 0.15, "boat": 0.45}, "sea": {"none": 0.35, "boat": 0.65},
}
# Shares of scenes without trees; of the others a third has one, the rest two to eight.
TREELESS = {"mountains": 0.25, "hills": 0.25, "desert": 0.45, "lake": 0.30, "sea": 1.0}
MOST_TREES = 8


@dataclass(frozen=True)
class Disc:
    """The sun or the moon."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Peak:
    """A mountain, and how far it falls to either side for each unit of the way."""

    x: float
    top: float
    left: float
    right: float

    def outline(self, x):
        return self.top + 0.62 * ((self.x - x) * self.left if x < self.x else (x - self.x) * self.right)


@dataclass(frozen=True)
class Tree:
    x: float
    base: float
    height: float


@dataclass(frozen=True)
class Scene:
    seed: int
    time: str
    terrain: str
    season: str
    disc_side: str
    clouds: str
    kind: str
    landmark: str
    landmark_side: str
    disc: Disc
    horizon: float
    peaks: tuple
    landmark_x: float
    landmark_width: float
    trees: tuple

    @property
    def disc_name(self):
        return "moon" if self.time == "night" else "sun"

    @property
    def has_seasons(self):
        return self.terrain not in ("desert", "sea")

    @property
    def light_side(self):
        """-1 when the light comes from the left, 1 when from the right."""
        return -1 if self.disc.x < 0.5 else 1

    def to_json(self):
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text):
        fields = json.loads(text)
        fields["disc"] = Disc(**fields["disc"])
        fields["peaks"] = tuple(Peak(**peak) for peak in fields["peaks"])
        fields["trees"] = tuple(Tree(**tree) for tree in fields["trees"])
        return cls(**fields)

    @classmethod
    def sample(cls, seed, **fixed):
        """The landscape of a seed; attributes that are named (`time`, `terrain`, `season`, `disc_side`, `clouds`,
        `kind`, `landmark`, `landmark_side`, `tree_count`) are as they are named."""
        random = stream(seed, 1)

        def between(low, high):
            return round(float(random.uniform(low, high)), 6)

        def choose(name, options):
            if not isinstance(options, dict):
                options = {option: 1.0 for option in options}
            rest = random.random() * sum(options.values())
            chosen = next(iter(options))
            for option, weight in options.items():
                chosen = option if weight > 0 else chosen
                rest -= weight
                if rest < 0:
                    break
            return fixed.pop(name, chosen)

        time = choose("time", TIMES)
        terrain = choose("terrain", TERRAINS)
        season = choose("season", SEASONS)
        disc_side = choose("disc_side", SIDES)
        clouds = choose("clouds", CLOUDS)
        kind = choose("kind", KINDS)
        kind = "cactus" if terrain == "desert" else kind
        landmark = choose("landmark", LANDMARKS[terrain])
        landmark_side = choose("landmark_side", SIDES)
        treeless = TREELESS[terrain]
        counts = {0: treeless, 1: (1 - treeless) / 3}
        counts |= {count: (1 - treeless) * 2 / 3 / (MOST_TREES - 1) for count in range(2, MOST_TREES + 1)}
        tree_count = choose("tree_count", counts)
        if fixed:
            raise ValueError(f"a scene has no {', '.join(fixed)}")

        horizon = between(0.57, 0.63) if terrain in ("lake", "sea") else between(0.54, 0.60)
        peaks = ()
        if terrain in ("mountains", "lake"):
            count = int(random.integers(2, 5))
            low, high = (0.24, 0.36) if terrain == "mountains" else (horizon - 0.24, horizon - 0.14)
            peaks = tuple(
                Peak(round((index + 0.5 + between(-0.3, 0.3)) / count, 6), between(low, high), between(0.9, 1.5),
                     between(0.9, 1.5))
                for index in range(count))

        radius = between(0.055, 0.075)
        x = round({"left": 0.2, "center": 0.5, "right": 0.8}[disc_side] + between(-0.06, 0.06), 6)
        y = between(*{"dawn": (0.26, 0.36), "day": (0.13, 0.22), "sunset": (0.26, 0.38), "night": (0.13, 0.26)}[time])
        if peaks:
            # Clear of the mountains.
            ridge = min(peak.outline(x + radius * step / 8) for peak in peaks for step in range(-12, 13))
            y = max(min(y, round(ridge - 1.8 * radius, 6)), round(1.25 * radius, 6))

        landmark_x = round({"left": 0.25, "center": 0.5, "right": 0.75}[landmark_side] + between(-0.06, 0.06), 6)
        landmark_width = between(0.15, 0.20) if landmark == "house" else between(0.17, 0.24)
        trees = _trees(tree_count, landmark_x if landmark != "none" else None, landmark_width, terrain, between)
        return cls(
            seed, time, terrain, season, disc_side, clouds, kind, landmark, landmark_side, Disc(x, y, radius), horizon,
            peaks, landmark_x, landmark_width, trees)


def _trees(count, landmark_x, landmark_width, terrain, between):
    """So many trees side by side, none before the landmark and none hidden by another."""
    if count == 0:
        return ()
    free = [(0.06, 0.94)]
    if landmark_x is not None:
        reach = 0.5 * landmark_width + 0.07
        free = [(0.06, landmark_x - reach), (landmark_x + reach, 0.94)]
    total = sum(max(0, right - left) for left, right in free)
    slot = total / count
    trees = []
    for index in range(count):
        place = (index + 0.5) * slot + between(-0.22, 0.22) * slot if count > 1 else between(0.1, 0.9) * total
        for left, right in free:
            if place <= max(0, right - left):
                break
            place -= max(0, right - left)
        height = between(0.34, 0.44) if count == 1 else between(0.8, 1.0) * min(0.36, max(0.19, 1.9 * slot))
        base = between(0.88, 0.95) if count == 1 or terrain == "lake" else between(0.82, 0.95)
        trees.append(Tree(round(left + place, 6), base, round(height, 6)))
    # Those in front are painted over those behind.
    return tuple(sorted(trees, key=lambda tree: tree.base))
