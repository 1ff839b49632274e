"""The UNet with both text encoders: noise prediction on cached latents."""
from pathlib import Path

import numpy as np
import torch
from diffusers import EulerDiscreteScheduler, UNet2DConditionModel

from landscapes import Scene, caption, contradicted, mirrored

from . import text
from .losses import preference, snr_weights
from .randomness import generator, numbers

EDGE = 256
DROPPED = 0.10
VARIANTS = 10_000
CONSTANT = 4.0
# The share of a batch that is pictures seen again with a false caption, and by what share of the error they then have
# to fit worse. With less noise than this share of the schedule has, pictures show by themselves what is where.
CONTRADICTED = 0.25
MARGIN = 0.03
SHOWN = 0.35


def make(settings):
    if settings.start:
        return UNet2DConditionModel.from_pretrained(Path(settings.start) / "unet", torch_dtype=torch.float32)
    configuration = UNet2DConditionModel.load_config(Path(settings.like) / "unet")
    configuration.pop("_name_or_path", None)
    torch.manual_seed(settings.seed + 1)
    unet = UNet2DConditionModel.from_config(configuration)
    start_silent(unet)
    return unet


@torch.no_grad()
def start_silent(unet):
    """Residual branches that add nothing, and an output that is the noisy input: the right answer where noise is all
    there is. The input goes round everything, over the first and last skip connection, and through the last norm and
    SiLU as the linear codec's colours do (`codec`)."""
    for name, module in unet.named_modules():
        if name.endswith(("conv2", "to_out.0", "ff.net.2")):
            torch.nn.init.zeros_(module.weight)
            torch.nn.init.zeros_(module.bias)
    enter, norm, leave = unet.conv_in, unet.conv_norm_out, unet.conv_out
    shortcut = unet.up_blocks[-1].resnets[-1].conv_shortcut
    width = norm.num_channels // norm.num_groups
    skip = shortcut.weight.shape[1] - norm.num_channels
    torch.nn.init.zeros_(leave.weight)
    torch.nn.init.zeros_(leave.bias)
    for channel in range(leave.weight.shape[0]):
        # A group of the norm for each: the value, its opposite and two constants.
        first = width * channel
        enter.weight[first : first + 4] = 0
        enter.bias[first : first + 4] = 0
        enter.weight[first, channel, 1, 1] = 1
        enter.weight[first + 1, channel, 1, 1] = -1
        enter.bias[first + 2], enter.bias[first + 3] = CONSTANT, -CONSTANT
        shortcut.weight[first : first + 4] = 0
        for place in range(first, first + 4):
            shortcut.weight[place, skip + place] = 1
        norm.weight[first : first + 2] = ((2 * CONSTANT**2 + 2) / width) ** 0.5
        leave.weight[channel, first, 1, 1] = 1
        leave.weight[channel, first + 1, 1, 1] = -1


class NoisePrediction:
    """The loss of a step, and the error on held-out scenes."""

    def __init__(self, model, vocabulary, latents, scale, settings, device):
        self._model, self._vocabulary, self._latents = model, vocabulary, latents
        self._scale, self._settings, self._device = scale, settings, device
        self._alphas = EulerDiscreteScheduler.from_pretrained(
            settings.like, subfolder="scheduler").alphas_cumprod.to(device)
        # Size of the original, corner of the crop, size that is asked for: as the pipeline passes them.
        self._place = torch.tensor([[EDGE, EDGE, 0, 0, EDGE, EDGE]], dtype=torch.float32, device=device)

    def loss(self, step, steps):
        """Of step `step` of `steps`.

        What is said of single things lowers the error so little that a model takes long to heed it at all. So in the
        first half some pictures are seen a second time with a caption that is false, and its error has to be larger;
        the second half has the plain error, whose minimum is what is wanted."""
        settings = self._settings
        compared = int(CONTRADICTED * settings.unet_batch) if settings.contrast > 0 and step < steps // 2 else 0
        count = settings.unet_batch - compared
        random = numbers(settings.seed, "unet", step)
        scenes, mirror = random.integers(0, self._latents.count, count), random.random(count) < 0.5
        wordings = [
            None if random.random() < DROPPED else (Scene.sample(int(index)), int(random.integers(VARIANTS)))
            for index in scenes]
        # One of every stretch of the schedule: the loss of a batch then varies less.
        times = (random.permutation(count) + random.random(count)) / count * len(self._alphas)
        times = times.astype(np.int64)
        again, false = self._contradict(wordings, times / len(self._alphas), compared, random)
        chosen = np.concatenate([np.arange(count), again])
        captions = ["" if wording is None else caption(*wording) for wording in wordings] + false
        captions = [mirrored(words) if mirror[index] else words for index, words in zip(chosen, captions)]
        tokens = self._vocabulary.hide(self._vocabulary(captions), generator(settings.seed, "hide", step, "cpu"))
        clean, noise = self._draw(scenes, mirror, generator(settings.seed, "unet", step, self._device))
        chosen = torch.from_numpy(chosen).to(self._device)
        times = torch.from_numpy(times).to(self._device)[chosen]
        error = self._error(clean[chosen], noise[chosen], times, tokens)
        weights = snr_weights(times, self._alphas, settings.min_snr, settings.error == "velocity")
        value = (error * weights)[:count].mean()
        if false:
            missing = preference(error[chosen[count:]], error[count:], MARGIN)
            value = value + settings.contrast * (missing * weights[count:]).mean()
        return value, {"error": error[:count].detach().mean()}

    def _draw(self, scenes, mirror, draw):
        """Latents of the scenes, as the autoencoder may have encoded them, and noise."""
        mean, deviation = (values.to(self._device) for values in self._latents.batch(scenes, mirror))
        clean = (mean + deviation * torch.randn(mean.shape, generator=draw, device=self._device)) * self._scale
        noise = torch.randn(mean.shape, generator=draw, device=self._device)
        if self._settings.offset_noise > 0:
            shift = torch.randn((*mean.shape[:2], 1, 1), generator=draw, device=self._device)
            noise = noise + self._settings.offset_noise * shift
        return clean, noise

    @staticmethod
    def _contradict(wordings, times, most, random):
        """Which pictures are seen again, at most so many, and their false captions."""
        again, false = [], []
        for index in random.permutation(len(wordings)):
            if len(again) == most or wordings[index] is None or times[index] < SHOWN:
                continue
            scene, variant = wordings[index]
            other = contradicted(scene, random, variant)
            if other is not None:
                again.append(index)
                false.append(other)
        return np.array(again, dtype=np.int64), false

    @torch.no_grad()
    def held_out(self, latents, first_seed):
        """The mean error over the schedule, of the scenes from that seed on, with noise that is always the same."""
        mean = torch.from_numpy(latents[:, 0, 0]).float().to(self._device)
        count = mean.shape[0]
        tokens = self._vocabulary([caption(Scene.sample(first_seed + index)) for index in range(count)])
        times = torch.arange(count, device=self._device) * len(self._alphas) // count
        noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(5)).to(self._device)
        return float(self._error(mean * self._scale, noise, times, tokens).mean())

    def _error(self, clean, noise, times, tokens):
        share = self._alphas[times][:, None, None, None]
        noisy = (share.sqrt() * clean + (1 - share).sqrt() * noise).contiguous(memory_format=torch.channels_last)
        tokens = [ids.to(self._device) for ids in tokens]
        with torch.autocast(self._device, torch.bfloat16, enabled=self._settings.is_mixed(self._device)):
            context, pooled = text.encode(self._model["encoders"], tokens)
            conditions = {"text_embeds": pooled, "time_ids": self._place.expand(len(times), -1)}
            predicted = self._model["unet"](noisy, times, context, added_cond_kwargs=conditions).sample
        return (predicted.float() - noise).square().mean((1, 2, 3))
