#!/usr/bin/env python3
"""Makes the pipeline cases of this folder: renders whose stage two predicts noise in overlapping latent windows.

    python3 make.py --reference FOLDER        (needs torch, diffusers, transformers, safetensors, numpy)

FOLDER holds apldm_reference.py, the Python implementation of the whole pipeline. Of windows it knows nothing: they are
written out here from the papers' formulas, as MultiDiffusion (arXiv 2302.08113, equation 5) and DemoFusion
(arXiv 2311.16973) blend them, around diffusers' UNet2DConditionModel, without a look at the Swift code. The tensors are
written beside this file and the cases are replaced in ../manifest.json.

Tolerances are 40 times the difference between a run in float32 and one in float64, with floors, as for other cases.
"different" in a case's note is how far the same render without windows is away: how much a case can tell.
"""
import argparse
import json
import math
import os
import sys

import numpy as np
import torch
from safetensors.torch import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.dirname(HERE)

PAPER = {"scale": 0.004, "form": "paper", "eta1": 0.06, "beta": 3.0}
CASES = {
    # SDXL, square, the overlap that is used when none is asked for: a quarter of the 32 cells.
    "w01_xl_square": ("sdxl-a", {"overlap": None}, {
        "prompt": "a lighthouse on a cliff", "height": 512, "width": 512, "seed": 31, "steps": 6, "init_rates": [0.5],
        "guidance_scale": 4.0, "ag": PAPER}),
    # SDXL, wide, half a window in common, with a negative prompt and rescaled guidance.
    "w02_xl_wide": ("sdxl-a", {"overlap": 16}, {
        "prompt": "a harbour at night", "negative_prompt": "people", "height": 320, "width": 576, "seed": 32, "steps": 6,
        "init_rates": [0.5], "guidance_scale": 6.0, "guidance_rescale": 0.7, "ag": PAPER}),
    # SD 1.5, high, one window across the width, hardly any overlap.
    "w03_sd15_high": ("sd15-a", {"overlap": 2}, {
        "prompt": "an old castle", "height": 640, "width": 248, "seed": 33, "steps": 6, "init_rates": [0.5],
        "guidance_scale": 5.0, "ag": PAPER, "size_mode": "fixed"}),
    # SD 1.5, square, two sub-stages, windows of 16 cells on odd numbers of cells, an odd overlap, noise in every step.
    "w04_sd15_odd": ("sd15-a", {"overlap": 5}, {
        "prompt": "a garden in spring", "height": 360, "width": 360, "seed": 34, "steps": 8, "eta2": [0.25, 0.5],
        "guidance_scale": 5.0, "ag": PAPER, "native": 128, "size_mode": "fixed", "sampler": "euler_a",
        "sampler_args": {"timestep_spacing": "trailing"}}),
    # Without guidance: one branch.
    "w05_xl_plain": ("sdxl-a", {"overlap": 8}, {
        "prompt": "plain", "height": 384, "width": 384, "seed": 35, "steps": 6, "init_rates": [0.5],
        "guidance_scale": 1.0, "ag": {"scale": 0.0}}),
}


def window_starts(cells, edge, overlap):
    """As few windows of `edge` cells as share at least `overlap` with the next, spread evenly on even cells; the last
    one ends with the latents."""
    if cells <= edge:
        return [0]
    stride = (edge - overlap) // 2 * 2
    count = 1
    while (count - 1) * stride < cells - edge:
        count += 1
    end = cells - edge
    even_end = end + end % 2
    return [min(2 * (k * even_end // (2 * (count - 1))), end) for k in range(count)]


def raised_cosine(n):
    return np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2


class WindowedUNet:
    """diffusers' UNet, called window by window, the results averaged with raised-cosine weights."""

    def __init__(self, unet, edge, overlap):
        self.unet, self.config, self.edge, self.overlap = unet, unet.config, edge, overlap

    def __call__(self, x, t, **conditioning):
        _, _, height, width = x.shape
        h, w = min(height, self.edge), min(width, self.edge)
        weight = torch.from_numpy(np.outer(raised_cosine(h), raised_cosine(w))).to(x.dtype)
        value, total = torch.zeros_like(x), torch.zeros(1, 1, height, width, dtype=x.dtype)
        for top in window_starts(height, self.edge, self.overlap):
            for left in window_starts(width, self.edge, self.overlap):
                where = (slice(None), slice(None), slice(top, top + h), slice(left, left + w))
                value[where] += self.unet(x[where], t, **conditioning).sample * weight
                total[where] += weight
        return argparse.Namespace(sample=value / total)


def pipeline(reference, components, options, windows):
    class Windowed(reference.APLDM):
        """Stage one in whole passes, every sub-stage in windows: only that of stage one reports its steps."""

        def denoise(self, x, sched, start, cond, size, o, gen, on_step=None):
            if on_step is not None or windows is None:
                return super().denoise(x, sched, start, cond, size, o, gen, on_step)
            whole = self.c.unet
            edge = (o.native or self.c.native) // self.c.factor
            overlap = edge // 4 if windows["overlap"] is None else windows["overlap"]
            self.c.unet = WindowedUNet(whole, edge, overlap)
            try:
                return super().denoise(x, sched, start, cond, size, o, gen, on_step)
            finally:
                self.c.unet = whole

    tensors = {}
    Windowed(components)(reference.options_from_dict(options), tensors)
    return tensors


def golden(tensors):
    kept = {}
    for name, tensor in tensors.items():
        kind = name.split(".")[0]
        if kind in ("encoded", "diffused", "latents"):
            kept[name] = tensor
        if kind == "image":
            top, left = tensor.shape[2] // 3, tensor.shape[3] // 3
            kept[name + ".crop"] = tensor[:, :, top:top + 48, left:left + 48]
    return {name: tensor.float().contiguous().clone() for name, tensor in kept.items()}


def difference(a, b, kinds):
    return max(float((a[name].double() - b[name].double()).abs().max()) for name in a if name.split(".")[0] in kinds)


def tolerance(error, floor):
    return float(f"{max(40 * error, floor):.2g}")


def make(reference, name):
    model, windows, options = CASES[name]
    path = os.path.join(FIXTURES, "models", model)
    runs = {}
    for dtype in (torch.float32, torch.float64):
        components = reference.Components(path, dtype)
        runs[dtype] = pipeline(reference, components, options, windows)
    whole = pipeline(reference, reference.Components(path), options, None)
    found, exact = runs[torch.float32], runs[torch.float64]
    save_file(golden(found), os.path.join(HERE, name + ".safetensors"))
    latents, images = (difference(found, exact, kinds) for kinds in (("latents", "diffused"), ("image",)))
    last = max(key for key in found if key.startswith("latents."))
    size = list(found["image." + last.split(".")[1]].shape[2:])
    return {
        "id": f"windows/{name}", "kind": "pipeline", "model": f"models/{model}",
        "options": {**options, "windows": windows}, "expected": f"windows/{name}.safetensors", "size": size,
        "fp32_err": {"latents": latents, "image": images},
        "tol": {"latents_atol": tolerance(latents, 2e-4), "image_atol": tolerance(images, 1e-4)},
        "note": f"made by windows/make.py; {last} without windows is up to "
                f"{difference({last: found[last]}, {last: whole[last]}, ('latents',)):.2g} different",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", required=True, help="the folder of apldm_reference.py")
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.reference)
    import apldm_reference as reference

    torch.set_num_threads(1)
    manifest_path = os.path.join(FIXTURES, "manifest.json")
    with open(manifest_path) as file:
        manifest = json.load(file)
    with torch.no_grad():
        made = [make(reference, name) for name in CASES]
    manifest["cases"] = [case for case in manifest["cases"] if not case["id"].startswith("windows/")] + made
    with open(manifest_path, "w") as file:
        json.dump(manifest, file, indent=1, ensure_ascii=False)
    for case in made:
        print(case["id"], case["size"], case["tol"], case["note"])


if __name__ == "__main__":
    main()
