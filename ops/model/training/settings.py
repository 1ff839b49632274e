"""What a run was asked for, and what it decided; both stay as they are when it goes on."""
import argparse
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from .files import replace_text

REPOSITORY = Path(__file__).resolve().parents[3]
EMBEDDED = REPOSITORY / "Sources" / "DiffusionModels" / "Resources" / "models" / "landscape"


class Refused(Exception):
    """Something that the person who started the run has to change."""


@dataclass(frozen=True)
class Settings:
    hours: float
    scenes: int
    seed: int
    like: str
    start: str
    vae: str
    vae_steps: int
    vae_batch: int
    vae_rate: float
    kl_weight: float
    unet_steps: int
    unet_batch: int
    unet_rate: float
    offset_noise: float
    min_snr: float
    error: str
    contrast: float
    precision: str

    @property
    def large_scenes(self):
        return max(8, self.scenes // 8)

    def is_mixed(self, device):
        """Whether layers compute in bfloat16; weights, losses and averages are 32 bits in any case."""
        return self.precision == "bfloat16" or self.precision == "auto" and device == "cuda"


def parse(arguments=None):
    """The settings, and beside them what may differ from start to start: folders, device, threads."""
    parser = argparse.ArgumentParser(
        prog="ops/model/train", formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description="Makes a model folder from nothing. Killed or stopped, the same command goes on where it was.")
    where = parser.add_argument_group("where")
    where.add_argument("--output", required=True, help="the model folder; DIR.work beside it holds what is unfinished")
    where.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    where.add_argument("--threads", type=int, default=os.cpu_count(), help="of the processor, painting included")
    where.add_argument("--json", action="store_true", help="the summary as JSON, alone on standard output")
    where.add_argument("--checkpoint-seconds", type=float, default=300, help="between checkpoints")
    where.add_argument("--brief", action="store_true", help="for tests: draw and measure next to nothing at the end")
    model = parser.add_argument_group("model")
    model.add_argument("--like", default=str(EMBEDDED), help="folder whose configurations and tokenizers are used")
    model.add_argument("--from", dest="start", default="", help="folder whose weights training starts from")
    model.add_argument(
        "--vae", default="all", choices=("all", "decoder", "none"),
        help="what of the autoencoder is trained; with 'decoder' and --from latents stay what they are")
    amount = parser.add_argument_group("how much")
    amount.add_argument("--hours", type=float, default=12.0, help="of this machine, decides the steps")
    amount.add_argument("--scenes", type=int, default=24000, help="painted at 256; an eighth as many at 512")
    amount.add_argument("--vae-steps", type=int, default=0, help="0: by the hours")
    amount.add_argument("--unet-steps", type=int, default=0, help="0: by the hours")
    amount.add_argument("--seed", type=int, default=0)
    how = parser.add_argument_group("how")
    how.add_argument("--vae-batch", type=int, default=16, help="crops of 128 pixels")
    how.add_argument("--vae-rate", type=float, default=5e-4)
    how.add_argument("--kl-weight", type=float, default=1e-3)
    how.add_argument("--unet-batch", type=int, default=64)
    how.add_argument("--unet-rate", type=float, default=6e-4)
    how.add_argument("--offset-noise", type=float, default=0.08, help="0: none")
    how.add_argument("--min-snr", type=float, default=5.0, help="gamma of min-SNR weighting; 0: none")
    how.add_argument(
        "--error", default="velocity", choices=("velocity", "noise"), help="what the UNet's squared error is of")
    how.add_argument(
        "--contrast", type=float, default=4.0,
        help="weight of false captions, which have to fit less well, in the first half of the UNet's steps; 0: none")
    how.add_argument(
        "--precision", default="auto", choices=("auto", "float32", "bfloat16"),
        help="of layers; auto: bfloat16 on a GPU")
    options = parser.parse_args(arguments)
    options.like = str(Path(options.like).resolve())
    options.start = str(Path(options.start).resolve()) if options.start else ""
    if options.vae != "all" and not options.start:
        parser.error(f"--vae {options.vae} needs --from: there is no autoencoder to keep")
    if options.scenes < 16:
        parser.error("--scenes: at least 16")
    settings = Settings(**{field.name: getattr(options, field.name) for field in fields(Settings)})
    return settings, options


class Plan:
    """`plan.json` of a working folder: the settings, and what was decided or measured on the way."""

    def __init__(self, folder, settings):
        self._path = Path(folder) / "plan.json"
        self.decided = {}
        if not self._path.exists():
            self._settings = asdict(settings)
            self._write()
            return
        stored = json.loads(self._path.read_text())
        self._settings, self.decided = stored["settings"], stored["decided"]
        differing = [name for name, value in asdict(settings).items() if self._settings.get(name) != value]
        if differing:
            names = ", ".join(f"{name} {self._settings.get(name)!r}" for name in differing)
            raise Refused(f"{folder} was begun with other settings ({names}): use those, or another --output")

    def decide(self, **values):
        self.decided.update(values)
        self._write()

    def spend(self, part, seconds):
        """Adds to the time that a part has taken, over all starts."""
        spent = dict(self.decided.get("seconds", {}))
        spent[part] = spent.get(part, 0.0) + seconds
        self.decide(seconds=spent)

    @property
    def spent(self):
        return sum(self.decided.get("seconds", {}).values())

    def _write(self):
        replace_text(self._path, json.dumps({"settings": self._settings, "decided": self.decided}, indent=2) + "\n")
