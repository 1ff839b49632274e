"""Pictures of a model folder by diffusers' own pipeline, and what its autoencoder keeps.

    ops/model/contact-sheet FOLDER OUT.png

The captions and seeds are always the same: 30 Euler steps, guidance 5, no negative prompt, 256x256. The autoencoder is
measured on held-out scenes at 256 and 512.
"""
import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path

import torch
from diffusers import StableDiffusionXLPipeline
from PIL import Image, ImageDraw

from .autoencoder import decibels
from .pictures import HELD_OUT, Pictures
from .progress import Progress

STEPS, GUIDANCE, EDGE, SEED, COLUMNS = 30, 5.0, 256, 11, 4
MEASURED = {256: 32, 512: 12}
CAPTIONS = (
    "snowy mountains at sunset with several pine trees",
    "green hills in daylight in summer with a small house and the sun on the left",
    "desert dunes at noon with one cactus and a clear sky",
    "a calm lake with mountains at dawn, the sun on the right",
    "the sea at sunset with a white sailboat, the sun in the middle",
    "mountains at night in autumn with a full moon on the left",
    "snowy hills in winter at night, a house with a red roof, three pine trees",
    "a single leafy tree on the right, golden hills in autumn at sunset",
    "a beach and the sea under a blue sky, big clouds",
    "spring landscape, five leafy trees, a lake at noon, a few clouds",
    "sand dunes on a starry night, two cactuses, the moon on the right",
    "a mountain lake in winter at dusk with a sailboat and pine trees",
)


def draw(folder, device="cpu", captions=CAPTIONS, edge=EDGE, steps=STEPS, progress=Progress):
    """Pictures of the captions; number i has the seed 11 + i, whatever is drawn with it."""
    pipeline = StableDiffusionXLPipeline.from_pretrained(folder, torch_dtype=torch.float32).to(device)
    pipeline.set_progress_bar_config(disable=True)
    report = progress("drawing", len(captions))
    pictures = []
    for index, words in enumerate(captions):
        pictures += pipeline(
            words, negative_prompt="", width=edge, height=edge, num_inference_steps=steps, guidance_scale=GUIDANCE,
            generator=torch.Generator("cpu").manual_seed(SEED + index)).images
        report.at(index + 1)
    return pictures, pipeline


def sheet(pictures, captions=CAPTIONS):
    """With the captions below."""
    width, height, foot = *pictures[0].size, 26
    rows = -(-len(pictures) // COLUMNS)
    whole = Image.new("RGB", (COLUMNS * width, rows * (height + foot)), "white")
    pen = ImageDraw.Draw(whole)
    for index, (picture, words) in enumerate(zip(pictures, captions)):
        x, y = index % COLUMNS * width, index // COLUMNS * (height + foot)
        whole.paste(picture, (x, y))
        cut = words.rfind(" ", 0, 44) if len(words) > 44 else len(words)
        pen.text((x + 2, y + height + 1), f"{words[:cut]}\n{words[cut + 1:]}", fill="black")
    return whole


def measure(autoencoder, folder, threads, device="cpu", counts=MEASURED):
    """Decibels at each size, over scenes that no training has seen."""
    found = {}
    for size, count in counts.items():
        pictures = Pictures(folder, size, count, HELD_OUT)
        pictures.paint(threads, Progress, lambda: None)
        values = decibels(autoencoder, pictures, device)
        found[str(size)] = {"mean": round(statistics.mean(values), 2), "lowest": round(min(values), 2), "scenes": count}
    return found


def main():
    parser = argparse.ArgumentParser(
        prog="ops/model/contact-sheet", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("output")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    if not (Path(options.folder) / "model_index.json").exists():
        parser.error(f"{options.folder} has no model_index.json: it is not a model folder")
    torch.set_num_threads(options.threads)
    pictures, pipeline = draw(options.folder, options.device)
    sheet(pictures).save(options.output)
    with tempfile.TemporaryDirectory() as place:
        found = measure(pipeline.vae.eval(), place, options.threads, options.device)
    print(json.dumps({"folder": options.folder, "autoencoder_decibels": found}, indent=2))


if __name__ == "__main__":
    main()
