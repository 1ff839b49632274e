"""The model folder: diffusers' layout in half precision, checked by loading it."""
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from .settings import Refused

LARGEST = 15_000_000
PARTS = ("vae", "unet", "text_encoder", "text_encoder_2")
COPIED = ("tokenizer", "tokenizer_2", "scheduler")


def export(folder, like, autoencoder, scale, unet, encoders):
    """Writes the folder aside and renames it once it is whole."""
    folder = Path(folder)
    aside = folder.with_name(folder.name + ".new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    autoencoder.register_to_config(scaling_factor=scale)
    for name, model in zip(PARTS, (autoencoder, unet, *encoders)):
        model.half().save_pretrained(aside / name)
        for file in (aside / name).glob("*.safetensors"):
            _check_and_name(file, name)
        configuration = aside / name / "config.json"
        fields = json.loads(configuration.read_text())
        # Where it was loaded from is nobody's business.
        fields.pop("_name_or_path", None)
        configuration.write_text(json.dumps(fields, indent=2) + "\n")
    for name in COPIED:
        shutil.copytree(Path(like) / name, aside / name)
    shutil.copy(Path(like) / "model_index.json", aside)
    size = sum(file.stat().st_size for file in aside.rglob("*") if file.is_file())
    if size > LARGEST:
        raise Refused(f"{aside} has {size} bytes, more than the {LARGEST} that may be embedded")
    if (folder / "model_index.json").exists():
        shutil.rmtree(folder)
    aside.rename(folder)
    return size


def _check_and_name(file, part):
    tensors = load_file(file)
    for name, values in tensors.items():
        if not torch.isfinite(values).all():
            raise FloatingPointError(f"{part}: {name} is not finite in half precision")
    if part == "text_encoder":
        # Published SDXL folders have the prefix in both encoders; transformers leaves it out in the first.
        tensors = {(name if name.startswith("text_model.") else f"text_model.{name}"): values.contiguous()
                   for name, values in tensors.items()}
        save_file(tensors, file, metadata={"format": "pt"})
