"""Captions: what a picture shows, in the words of the evaluation's captions and a few more.

Everything that a caption says is so; not everything that is so is said.
"""
from dataclasses import replace

from .noise import stream
from .scene import MOST_TREES, SEASONS, SIDES, TERRAINS, Tree

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
SUBJECTS = {
    "mountains": ("snowy mountains", "mountains", "high mountain peaks", "a mountain landscape",
                  "snow-capped mountains"),
    "hills": ("rolling hills", "hills", "a hilly landscape", "a valley of hills"),
    "desert": ("desert dunes", "a desert", "sand dunes", "a sandy desert"),
    "lake": ("a lake", "a calm lake with mountains", "a mountain lake", "a lake with reflections"),
    "sea": ("the sea", "the ocean", "a sea with waves", "a beach and the sea"),
}
HOURS = {
    "dawn": ("at dawn", "at sunrise", "in the early morning", "at daybreak"),
    "day": ("at noon", "in daylight", "on a bright day", "in the middle of the day", "under a blue sky"),
    "sunset": ("at sunset", "at dusk", "in the evening", "under a red evening sky"),
    "night": ("at night", "on a starry night", "under the stars", "at midnight"),
}
SKIES = {
    "clear": ("a clear sky", "no clouds", "a cloudless sky"),
    "few": ("a few clouds", "some clouds", "scattered clouds"),
    "many": ("a cloudy sky", "many clouds", "big clouds"),
}
HILLS = {"spring": "green hills", "summer": "green rolling hills", "autumn": "golden hills", "winter": "snowy hills"}
PLACES = {"left": "on the left", "center": "in the middle", "right": "on the right"}
TREES = {"pine": ("pine tree", "pine trees"), "leafy": ("leafy tree", "leafy trees"), "cactus": ("cactus", "cactuses")}
PREFIXES = ("", "", "a painting of ", "a picture of ", "a landscape with ", "an illustration of ")


def caption(scene, variant=0):
    """One of many wordings; the sides are those of the scene, so a mirrored picture needs `mirrored`."""
    random = stream(scene.seed, 2, variant)

    def pick(options):
        return options[int(random.integers(len(options)))]

    subject = pick(SUBJECTS[scene.terrain])
    if scene.terrain == "hills" and random.random() < 0.4:
        subject = HILLS[scene.season]
    hour = pick(HOURS[scene.time])
    season = f"in {scene.season}" if scene.has_seasons else ""
    details = _details(scene, random, pick)
    listed = _listed(details)
    prefix = pick(PREFIXES)
    form = int(random.integers(5))
    if form == 0:
        words = ", ".join(part for part in (subject, season, hour, *details) if part)
    elif form == 1:
        words = _joined(prefix + subject, hour, season, listed and f"with {listed}")
    elif form == 2:
        words = ", ".join((_joined(prefix + subject, season, hour), *details))
    elif form == 3:
        words = _joined(listed and f"{listed} and", subject, hour, season)
    else:
        start = f"{scene.season} landscape, " if season else ""
        words = f"{start}{subject} {hour}" + (f", {listed}" if listed else "")
    return words[0].upper() + words[1:] + "." if random.random() < 0.3 else words


def mirrored(words):
    """The caption of the picture whose left and right are exchanged."""
    marks = {"left": "right", "right": "left"}
    return " ".join(
        marks.get(word.rstrip(",."), word.rstrip(",.")) + word[len(word.rstrip(",.")):] for word in words.split(" "))


def contradicted(scene, random, variant=0):
    """The same wording with one thing in it that the picture does not show: another terrain, season, sky, side, number
    or kind of trees, house or boat. What a true caption may leave out is never what is false. None where nothing that
    was drawn is said."""
    true = caption(scene, variant)
    for part in random.permutation(sorted(_FALSE)):
        false = caption(_FALSE[part](scene, random), variant)
        if false != true:
            return false
    return None


def _other(options, value, random):
    options = [option for option in options if option != value]
    return options[int(random.integers(len(options)))]


def _with_other_trees(scene, random):
    # Two more or fewer at least: neighbours are hard to tell in a small picture.
    counts = [count for count in range(1, MOST_TREES + 1) if abs(count - len(scene.trees)) > 1]
    count = counts[int(random.integers(len(counts)))]
    tree = scene.trees[0] if scene.trees else Tree(float(random.random()), 0.9, 0.3)
    return replace(scene, trees=(tree,) * count)


_FALSE = {
    "terrain": lambda scene, random: replace(scene, terrain=_other(TERRAINS, scene.terrain, random)),
    "season": lambda scene, random: replace(scene, season=_other(SEASONS, scene.season, random)),
    # Few clouds are between the others.
    "clouds": lambda scene, random: replace(
        scene, clouds={"clear": "many", "few": "clear", "many": "clear"}[scene.clouds]),
    "disc side": lambda scene, random: replace(scene, disc_side=_other(SIDES, scene.disc_side, random)),
    "landmark": lambda scene, random: replace(scene, landmark=_other(("house", "boat"), scene.landmark, random)),
    "landmark side": lambda scene, random: replace(scene, landmark_side=_other(SIDES, scene.landmark_side, random)),
    "trees": _with_other_trees,
    "kind": lambda scene, random: replace(scene, kind=_other(TREES, scene.kind, random)),
}


def _details(scene, random, pick):
    details = []
    if random.random() < 0.8:
        name, place = scene.disc_name, PLACES[scene.disc_side]
        bright = "a full" if name == "moon" else "a bright"
        details.append(pick((
            f"the {name} {place}", f"{bright} {name} {place}", f"{name} {place} of the sky", f"the {name} in the sky")))
    count = len(scene.trees)
    one, many = TREES[scene.kind]
    if count == 1:
        x = scene.trees[0].x
        place = PLACES["left" if x < 0.37 else "right" if x > 0.63 else "center"]
        details.append(pick((f"a {one}", f"one {one}", f"a single {one} {place}", f"a {one} {place}")))
    elif count > 1:
        # The number is said most of the time: counting is learned from it.
        loose = (f"several {many}", f"many {many}", f"a row of {many}") if count >= 5 else (many,)
        details.append(pick(loose) if random.random() < 0.25 else f"{NUMBERS[count]} {many}")
    elif random.random() < 0.15:
        details.append("no trees")
    place = PLACES[scene.landmark_side]
    if scene.landmark == "house":
        details.append(pick((
            "a house with a red roof", "a small house", "a cottage with a red roof",
            f"a house with a red roof {place}", f"a small house {place}")))
    elif scene.landmark == "boat":
        details.append(pick(("a sailboat", "a white sailboat", "a boat", f"a sailboat {place}")))
    if random.random() < 0.6:
        details.append(pick(SKIES[scene.clouds]))
    random.shuffle(details)
    return details


def _joined(*parts):
    return " ".join(part for part in parts if part)


def _listed(parts):
    """"a, b and c"."""
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)
