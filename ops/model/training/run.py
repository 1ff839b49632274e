"""A run: paint, train the autoencoder, encode, train the UNet, export, measure."""
import shutil
import time
from pathlib import Path

import numpy as np
import torch

from . import autoencoder, contact_sheet, latents, text, unet
from .export import PARTS, export
from .pictures import HELD_OUT, Pictures
from .progress import Progress, duration, say
from .settings import Plan, Refused
from .trainer import Trainer

VAE_SHARE = 0.3
HELD_OUT_SCENES = 64
BRIEF = {"pictures": 1, "steps": 2, "measured": {256: 1, 512: 1}}


class Run:
    def __init__(self, settings, options, wish):
        self.settings, self.options, self.wish = settings, options, wish
        self.device = options.device
        self.output = Path(options.output)
        self.work = self.output.with_name(self.output.name + ".work")
        if self.output.exists() and not (self.work / "plan.json").exists():
            raise Refused(f"{self.output} exists and was not made by this command: name another --output")
        self.work.mkdir(parents=True, exist_ok=True)
        self.plan = Plan(self.work, settings)
        self.small = Pictures(self.work, 256, settings.scenes)
        self.large = Pictures(self.work, 512, settings.large_scenes)
        self.held_out = Pictures(self.work, 256, 4 if options.brief else HELD_OUT_SCENES, HELD_OUT)

    def all(self):
        self._need_disk()
        self._timed("painting", self._paint)
        model = self._timed("autoencoder", self._train_autoencoder)
        cache = latents.Latents(self.work, self.settings.scenes)
        self._timed("encoding", lambda: cache.encode(model, self.small, self.device, Progress, self.wish.check))
        scale = model.config.scaling_factor if self.settings.vae != "all" else cache.scale()
        trained, vocabulary = self._timed("unet", lambda: self._train_unet(model, cache, scale))
        vocabulary.share_unknown(trained["encoders"])
        counts = {
            name: sum(parameter.numel() for parameter in part.parameters())
            for name, part in zip(PARTS, (model, trained["unet"], *trained["encoders"]))}
        size = export(self.output, self.settings.like, model.cpu(), scale, trained["unet"].cpu(),
                      [encoder.cpu() for encoder in trained["encoders"]])
        return self._timed("measuring", lambda: self._summary(counts, size, scale))

    def _timed(self, part, work):
        begun = time.monotonic()
        try:
            return work()
        finally:
            self.plan.spend(part, time.monotonic() - begun)

    def _need_disk(self):
        """Pictures, latents (a twelfth of the pictures each way), checkpoints."""
        needed = sum(pictures.bytes for pictures in (self.small, self.large, self.held_out)) * 1.4 + 300e6
        there = sum(file.stat().st_size for file in self.work.rglob("*") if file.is_file())
        free = shutil.disk_usage(self.work).free
        if free + there < needed:
            raise Refused(f"{self.work} needs {needed / 1e9:.1f} GB, {free / 1e9:.1f} GB are free: fewer --scenes, or "
                          "another --output")

    def _paint(self):
        for pictures in (self.small, self.large, self.held_out):
            pictures.paint(self.options.threads, Progress, self.wish.check)

    def _train_autoencoder(self):
        settings = self.settings
        model = autoencoder.make(settings, self.small).to(self.device, memory_format=torch.channels_last)
        if settings.vae != "none":
            loss = autoencoder.loss(model, settings, self.small, self.large, self.device)
            trainer = Trainer("vae", model, settings.vae_rate, self.work / "vae.checkpoint", self.device)
            steps = self._steps("vae", settings.vae_steps, trainer, loss, self._left() * VAE_SHARE)
            trainer.run(steps, loss, self.wish, self.options.checkpoint_seconds)
            trainer.take_average()
        return model.eval().requires_grad_(False)

    def _train_unet(self, model, cache, scale):
        settings = self.settings
        vocabulary = text.Vocabulary(settings.like)
        network = unet.make(settings)
        torch.manual_seed(settings.seed + 2)
        encoders = text.make_encoders(settings, vocabulary)
        trained = torch.nn.ModuleDict({"unet": network, "encoders": torch.nn.ModuleList(encoders)})
        trained.to(self.device)
        network.to(memory_format=torch.channels_last)
        prediction = unet.NoisePrediction(trained, vocabulary, cache, scale, settings, self.device)
        trainer = Trainer("unet", trained, settings.unet_rate, self.work / "unet.checkpoint", self.device)
        steps = self._steps(
            "unet", settings.unet_steps, trainer, lambda step: prediction.loss(step, 0), self._left())
        trainer.run(
            steps, lambda step: prediction.loss(step, steps), self.wish, self.options.checkpoint_seconds)
        trainer.take_average()
        pictures = np.stack([self.held_out[index] for index in range(self.held_out.count)])
        held_out = latents.encode(model, pictures, self.device)
        self.plan.decide(held_out_error=round(prediction.held_out(held_out, HELD_OUT), 5))
        return trained, vocabulary

    def _left(self):
        return self.settings.hours * 3600 - self.plan.spent

    def _steps(self, part, asked, trainer, loss, seconds):
        """As asked for, or as many as fit the time; decided once, so that the schedule never changes."""
        name = f"{part}_steps"
        if name not in self.plan.decided:
            steps = asked
            if steps == 0:
                each = trainer.measure(loss)
                steps = max(1, int(seconds / each))
                say(f"{part}: {each:.3g} s a step, {steps} steps in {duration(seconds)}")
            self.plan.decide(**{name: steps})
        return self.plan.decided[name]

    def _summary(self, counts, size, scale):
        brief = self.options.brief
        captions = contact_sheet.CAPTIONS[: BRIEF["pictures"] if brief else None]
        pictures, pipeline = contact_sheet.draw(
            self.output, self.device, captions, steps=BRIEF["steps"] if brief else contact_sheet.STEPS)
        sheet = self.work / "contact-sheet.png"
        contact_sheet.sheet(pictures, captions).save(sheet)
        found = contact_sheet.measure(
            pipeline.vae.eval(), self.work / "measured", self.options.threads, self.device,
            BRIEF["measured"] if brief else contact_sheet.MEASURED)
        decided = self.plan.decided
        return {
            "folder": str(self.output), "bytes": size, "parameters": counts, "scaling_factor": scale,
            "autoencoder_decibels": found, "held_out_noise_error": decided["held_out_error"],
            "steps": {part: decided[f"{part}_steps"] for part in ("vae", "unet") if f"{part}_steps" in decided},
            "seconds": {part: round(value, 1) for part, value in decided["seconds"].items()},
            "contact_sheet": str(sheet),
        }
