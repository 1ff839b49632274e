"""The autoencoder: its making, its training and its measure."""
import math
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL

from . import codec, losses
from .randomness import generator, numbers

CROP = 128


def tensor(pictures, device):
    """uint8 [n, height, width, 3] as -1...1, [n, 3, height, width]."""
    values = torch.from_numpy(np.array(pictures)).to(device).permute(0, 3, 1, 2).float() / 127.5 - 1
    return values.contiguous(memory_format=torch.channels_last)


def make(settings, pictures):
    """As in the folder to start from, its latents brought to deviation 1 if the encoder is trained, too; or a linear
    codec in the shape of `--like`."""
    if settings.start:
        autoencoder = AutoencoderKL.from_pretrained(Path(settings.start) / "vae", torch_dtype=torch.float32)
        if settings.vae == "all":
            bring_to_unit(autoencoder)
        return autoencoder
    configuration = AutoencoderKL.load_config(Path(settings.like) / "vae")
    configuration.pop("_name_or_path", None)
    torch.manual_seed(settings.seed)
    autoencoder = AutoencoderKL.from_config(configuration)
    examples = np.stack([pictures[index] for index in range(min(200, pictures.count))])
    codec.start_linear(autoencoder, tensor(examples, "cpu"))
    return autoencoder


@torch.no_grad()
def bring_to_unit(autoencoder):
    """Latents of deviation 1 and the same pictures. The divergence asks for that, and an encoder whose latents are
    larger would spend its steps on making them smaller, away from what the UNet knows."""
    scale, channels = autoencoder.config.scaling_factor, autoencoder.config.latent_channels
    last = autoencoder.quant_conv
    last.weight[:channels] *= scale
    last.bias[:channels] *= scale
    last.bias[channels:] += 2 * math.log(scale)
    autoencoder.post_quant_conv.weight /= scale
    autoencoder.register_to_config(scaling_factor=1.0)


def loss(autoencoder, settings, small, large, device):
    """A function of the step: crops of both sizes; now and then whole pictures, as the middle's attention and the
    norms see them in use."""
    train_encoder = settings.vae == "all"
    autoencoder.requires_grad_(train_encoder)
    autoencoder.decoder.requires_grad_(True)
    autoencoder.post_quant_conv.requires_grad_(True)

    def batch(step):
        random = numbers(settings.seed, "vae", step)
        if step % 32 == 31:
            count, size, sets = max(1, settings.vae_batch // 16), 512, (large,)
        elif step % 8 == 7:
            count, size, sets = max(1, settings.vae_batch // 4), 256, (small, large)
        else:
            count, size, sets = settings.vae_batch, CROP, (small, large)
        crops = []
        for _ in range(count):
            pictures = sets[int(random.integers(len(sets)))]
            picture = pictures[int(random.integers(pictures.count))]
            top, left = random.integers(0, picture.shape[0] - size + 1, 2)
            crop = picture[top : top + size, left : left + size]
            crops.append(crop[:, ::-1] if random.random() < 0.5 else crop)
        return tensor(np.stack(crops), device)

    def of_step(step):
        true = batch(step)
        with torch.autocast(device, torch.bfloat16, enabled=settings.is_mixed(device)):
            with torch.set_grad_enabled(train_encoder):
                posterior = autoencoder.encode(true).latent_dist
            noise = torch.randn(
                posterior.mean.shape, generator=generator(settings.seed, "vae", step, device), device=device)
            made = autoencoder.decode(posterior.mean + posterior.std * noise).sample
        value = losses.reconstruction(made.float(), true)
        kl = losses.divergence(posterior)
        with torch.no_grad():
            decibels = 10 * torch.log10(4 / (made.float() - true).square().mean())
        figures = {"dB": decibels, "KL": kl.detach(), "spread": posterior.std.detach().mean()}
        return value + settings.kl_weight * kl if train_encoder else value, figures

    return of_step


@torch.no_grad()
def decibels(autoencoder, pictures, device="cpu"):
    """Peak signal-to-noise ratio of every picture, encoded to the mean and decoded."""
    found = []
    for index in range(pictures.count):
        true = tensor(pictures[index][None], device)
        made = autoencoder.decode(autoencoder.encode(true).latent_dist.mean).sample.clamp(-1, 1)
        found.append(10 * float(torch.log10(4 / (made - true).square().mean())))
    return found
