"""Writes painted scenes side by side as a PNG, their captions and descriptions to standard output as JSON lines.

    cd ops/model && python -m landscapes OUT.png --seeds 3 8 --size 256 [--compare 1024]

With --compare a second row shows a part of the same scenes painted at that size, as many pixels wide as the first.
"""
import argparse
import json

import numpy as np

from . import Scene, caption, paint


def main():
    from PIL import Image

    parser = argparse.ArgumentParser(prog="python -m landscapes", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output")
    parser.add_argument("--seeds", type=int, nargs="+", default=[3, 8, 14])
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--compare", type=int)
    options = parser.parse_args()
    scenes = [Scene.sample(seed) for seed in options.seeds]
    rows = [np.concatenate([paint(scene, options.size) for scene in scenes], 1)]
    if options.compare:
        rows.append(np.concatenate([_part(scene, options.compare, options.size) for scene in scenes], 1))
    # Every fourth level: nothing that an eye sees, and a file that a repository can hold.
    whole = np.minimum((np.concatenate(rows).astype(int) + 2) // 4 * 4, 255).astype(np.uint8)
    Image.fromarray(whole).save(options.output, optimize=True)
    for scene in scenes:
        print(json.dumps({"caption": caption(scene), "scene": json.loads(scene.to_json())}))


def _part(scene, size, edge):
    """From the foreground, around what stands there."""
    x = scene.trees[0].x if scene.trees else scene.landmark_x
    left = int(np.clip(x * size - edge / 2, 0, size - edge))
    top = int(np.clip(0.74 * size - edge / 2, 0, size - edge))
    return paint(scene, size)[top : top + edge, left : left + edge]


if __name__ == "__main__":
    main()
