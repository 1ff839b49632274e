"""The painter: its pictures are the same at every size, and what its captions say is so. Needs numpy alone."""
import hashlib
import re
import sys
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from landscapes import Scene, caption, contradicted, mirrored, paint  # noqa: E402
from landscapes.captions import NUMBERS, TREES  # noqa: E402
from tests import discs  # noqa: E402

# One of every terrain and hour, with and without trees, house and boat.
SEEDS = range(24)


def reduced(picture, factor):
    size = picture.shape[0] // factor
    return picture.reshape(size, factor, size, factor, 3).astype(np.float64).mean((1, 3))


def decibels(first, second):
    return 10 * np.log10(255**2 / np.mean((first.astype(np.float64) - second) ** 2))


class Pictures(unittest.TestCase):
    def test_a_larger_picture_shows_the_same_landscape(self):
        for seed in range(12):
            scene = Scene.sample(seed)
            small, large = paint(scene, 256), paint(scene, 1024)
            same = decibels(small, reduced(large, 4))
            self.assertGreater(same, 24, f"seed {seed}")
            # Another landscape is nowhere near it.
            other = decibels(small, paint(replace(scene, seed=seed + 1000), 256))
            self.assertGreater(same, other + 3, f"seed {seed}")

    def test_a_larger_picture_has_detail_that_the_small_one_lacks(self):
        for seed in (3, 8, 9):
            scene = Scene.sample(seed)
            large = paint(scene, 512)
            enlarged = np.repeat(np.repeat(reduced(large, 2), 2, 0), 2, 1)
            self.assertLess(decibels(large, enlarged), 40, f"seed {seed}")

    def test_the_same_scene_is_the_same_picture_whatever_was_painted_before(self):
        def digest(seed):
            return hashlib.sha256(paint(Scene.sample(seed), 256)).hexdigest()

        first = [digest(seed) for seed in range(6)]
        self.assertEqual(first[::-1], [digest(seed) for seed in reversed(range(6))])
        self.assertEqual(len(set(first)), 6)

    def test_there_is_exactly_one_sun_or_moon(self):
        for seed in range(60):
            self.assertEqual(discs.count(paint(Scene.sample(seed), 256)), 1, f"seed {seed}")

    def test_the_counter_sees_a_second_disc_and_none(self):
        picture = paint(Scene.sample(2), 256)
        disc = Scene.sample(2).disc
        corner = (disc.y - disc.radius - 0.01, disc.x - disc.radius - 0.01)
        top, left, edge = (int(256 * place) for place in (*corner, 0.17))
        patch = picture[top : top + edge, left : left + edge].copy()
        doubled = picture.copy()
        doubled[top : top + edge, 20 : 20 + edge] = patch
        self.assertEqual(discs.count(doubled), 2)
        erased = picture.copy()
        erased[top : top + edge, left : left + edge] = picture[top : top + edge, 20 : 20 + edge]
        self.assertEqual(discs.count(erased), 0)

    def test_every_tree_can_be_seen(self):
        for seed in SEEDS:
            scene = Scene.sample(seed)
            picture = paint(scene, 256).astype(int)
            for index, tree in enumerate(scene.trees):
                # In front of nothing, it is gone; the others keep their leaves by keeping their index.
                hidden = replace(tree, x=-5.0)
                trees = scene.trees[:index] + (hidden,) + scene.trees[index + 1 :]
                without = paint(replace(scene, trees=trees), 256).astype(int)
                changed = np.abs(picture - without).max(2) > 8
                self.assertGreater(changed.sum(), 0.03 * (256 * tree.height) ** 2, f"seed {seed}, tree {index}")


class Scenes(unittest.TestCase):
    def test_a_scene_survives_its_json(self):
        for seed in SEEDS:
            scene = Scene.sample(seed)
            self.assertEqual(Scene.from_json(scene.to_json()), scene)

    def test_the_scenes_of_seeds_do_not_change(self):
        text = "".join(Scene.sample(seed).to_json() for seed in range(100))
        self.assertEqual(hashlib.sha256(text.encode()).hexdigest()[:16], "a65a463559980b83")

    def test_attributes_can_be_asked_for(self):
        scene = Scene.sample(5, time="night", terrain="hills", kind="pine", tree_count=3, landmark="house")
        self.assertEqual((scene.time, scene.terrain, scene.kind, len(scene.trees)), ("night", "hills", "pine", 3))
        self.assertEqual(scene.landmark, "house")
        with self.assertRaises(ValueError):
            Scene.sample(5, weather="rain")

    def test_seeds_reach_every_attribute(self):
        scenes = [Scene.sample(seed) for seed in range(600)]
        for name, values in (("time", 4), ("terrain", 5), ("season", 4), ("clouds", 3), ("kind", 3), ("landmark", 3)):
            self.assertEqual(len({getattr(scene, name) for scene in scenes}), values, name)
        self.assertEqual({len(scene.trees) for scene in scenes}, set(range(9)))


class Captions(unittest.TestCase):
    def test_the_number_of_trees_that_is_said_is_the_number_there_is(self):
        said = 0
        for seed in range(400):
            scene = Scene.sample(seed)
            one, many = TREES[scene.kind]
            for variant in range(4):
                words = caption(scene, variant).lower()
                for number, name in enumerate(NUMBERS):
                    if re.search(rf"\b{name} {one if number == 1 else many}\b", words):
                        self.assertEqual(number, len(scene.trees), words)
                        said += 1
                if re.search(rf"\b(several|many|a row of) {many}\b", words):
                    self.assertGreaterEqual(len(scene.trees), 5, words)
                if len(scene.trees) == 0:
                    self.assertNotIn(many, words.replace("no trees", ""))
        self.assertGreater(said, 500)

    def test_the_side_that_is_said_is_the_side_it_is_on(self):
        for seed in range(300):
            scene = Scene.sample(seed)
            words = caption(scene)
            found = re.search(rf"{scene.disc_name} (on the left|in the middle|on the right)", words)
            if found:
                x = {"on the left": 0.2, "in the middle": 0.5, "on the right": 0.8}[found[1]]
                self.assertLess(abs(scene.disc.x - x), 0.07, words)

    def test_a_mirrored_caption_exchanges_left_and_right_alone(self):
        self.assertEqual(
            mirrored("Hills, the sun on the left, a house on the right, at dawn."),
            "Hills, the sun on the right, a house on the left, at dawn.")

    def test_a_contradicted_caption_says_what_the_picture_does_not_show(self):
        scene = Scene.sample(5, time="day", terrain="lake", disc_side="left", tree_count=1, landmark="boat")
        random = np.random.default_rng(0)
        found = {contradicted(scene, random, variant).lower() for variant in range(200)}
        self.assertFalse(found & {caption(scene, variant).lower() for variant in range(200)})
        for words in (
                "the sun on the right", "sun in the middle", "house", "desert", "sea", "mountain peaks",
                "three pine trees", "eight pine trees", "leafy tree", "cactus"):
            self.assertTrue(any(words in text for text in found), words)
        # What is false is one thing: one that is on another side is no house as well.
        for text in found:
            self.assertFalse("house" in text and "cactus" in text, text)
            self.assertTrue(re.search("noon|day|blue sky", text), text)

    def test_what_is_not_said_is_not_contradicted(self):
        for seed in range(300):
            scene = Scene.sample(seed)
            false = contradicted(scene, np.random.default_rng(seed))
            self.assertNotEqual(false, caption(scene))
            if "boat" in caption(scene) or "house" in caption(scene):
                self.assertTrue("boat" in false or "house" in false or "cottage" in false, false)


if __name__ == "__main__":
    unittest.main()
