"""The training: it starts from something that works, goes on to the same bits after any end, and leaves a model folder
that diffusers and apldm load. Minutes on a processor."""
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from diffusers import AutoencoderKL, UNet2DConditionModel  # noqa: E402

from landscapes import Scene, caption, paint  # noqa: E402
from training import autoencoder, codec, losses, unet  # noqa: E402
from training.settings import EMBEDDED, Refused, parse  # noqa: E402
from training.text import Vocabulary  # noqa: E402

TINY = (
    "--threads", "1", "--scenes", "16", "--vae-steps", "6", "--unet-steps", "6", "--unet-batch", "4",
    "--vae-batch", "2", "--checkpoint-seconds", "0", "--brief", "--json")


def train(folder, *more, **options):
    command = [sys.executable, "-B", "-m", "training", "--output", str(folder), *TINY, *more]
    environment = dict(os.environ, OMP_NUM_THREADS="1")
    here = Path(__file__).resolve().parent.parent
    return subprocess.Popen(command, cwd=here, env=environment, stderr=subprocess.DEVNULL, **options)


def finish(folder, *more):
    process = train(folder, *more, stdout=subprocess.PIPE, text=True)
    output, _ = process.communicate()
    return process.returncode, output


def digests(folder):
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(Path(folder).rglob("*")) if file.is_file()}


class Starts(unittest.TestCase):
    def test_the_autoencoder_starts_as_a_codec_of_colours(self):
        pictures = np.stack([paint(Scene.sample(seed), 256) for seed in range(12)])
        torch.manual_seed(0)
        model = AutoencoderKL.from_config(AutoencoderKL.load_config(EMBEDDED / "vae")).eval()
        before = autoencoder.decibels(model, _Set(pictures[:4]))
        codec.start_linear(model, autoencoder.tensor(pictures, "cpu"))
        after = autoencoder.decibels(model, _Set(pictures[:4]))
        self.assertLess(max(before), 14)
        self.assertGreater(min(after), 19)
        # A flat colour comes back as it was.
        flat = np.full((1, 64, 64, 3), (60, 130, 200), np.uint8)
        self.assertGreater(autoencoder.decibels(model, _Set(flat))[0], 25)

    def test_latents_of_deviation_1_give_the_same_pictures(self):
        small = _Set(np.stack([paint(Scene.sample(3), 128)]))
        settings, _ = parse(["--output", "x", "--from", str(EMBEDDED), "--vae", "decoder"])
        true = autoencoder.tensor(small[0][None], "cpu")
        with torch.no_grad():
            before = autoencoder.make(settings, small)
            after = autoencoder.make(replace(settings, vae="all"), small)
            scale = before.config.scaling_factor
            old, new = before.encode(true).latent_dist, after.encode(true).latent_dist
            self.assertEqual(after.config.scaling_factor, 1)
            torch.testing.assert_close(new.mean, scale * old.mean, rtol=1e-4, atol=1e-5)
            torch.testing.assert_close(new.std, scale * old.std, rtol=1e-4, atol=1e-7)
            torch.testing.assert_close(
                after.decode(new.mean).sample, before.decode(old.mean).sample, rtol=1e-3, atol=1e-4)

    def test_the_unet_starts_as_the_identity(self):
        torch.manual_seed(0)
        model = UNet2DConditionModel.from_config(UNet2DConditionModel.load_config(EMBEDDED / "unet")).eval()
        unet.start_silent(model)
        noise = torch.randn(2, 4, 32, 32)
        conditions = {"text_embeds": torch.randn(2, 48), "time_ids": torch.zeros(2, 6)}
        with torch.no_grad():
            made = model(noise, torch.tensor([0, 900]), torch.randn(2, 77, 96), added_cond_kwargs=conditions).sample
        self.assertLess(float((made - noise).square().mean()), 0.05)


class _Set:
    """Pictures in memory."""

    def __init__(self, pictures):
        self._pictures, self.count = pictures, len(pictures)

    def __getitem__(self, index):
        return self._pictures[index]


class Losses(unittest.TestCase):
    def test_lost_texture_costs_more_than_the_same_error_spread_smoothly(self):
        true = torch.zeros(1, 3, 64, 64)
        fine = torch.ones(1, 3, 64, 64) * 0.1
        fine[..., ::2] = -0.1
        self.assertGreater(losses.reconstruction(fine, true), 1.4 * losses.reconstruction(true + 0.1, true))
        self.assertEqual(float(losses.reconstruction(true, true)), 0)

    def test_weights_of_steps_with_little_noise_are_limited(self):
        alphas = torch.tensor([0.99, 0.5, 0.01])
        weights = losses.snr_weights(torch.arange(3), alphas, 5.0)
        self.assertAlmostEqual(float(weights[0]), 5 / 99, places=4)
        self.assertEqual(weights[1:].tolist(), [1, 1])
        self.assertEqual(losses.snr_weights(torch.arange(3), alphas, 0).tolist(), [1, 1, 1])

    def test_weights_of_velocity_make_of_an_error_of_noise_one_of_velocity(self):
        alphas = torch.tensor([0.5, 0.1], dtype=torch.float64)
        share = alphas[1]
        clean, noise = 0.3, -1.2
        noisy = share.sqrt() * clean + (1 - share).sqrt() * noise
        told = noise + 0.01
        velocity = share.sqrt() * noise - (1 - share).sqrt() * clean
        told_velocity = share.sqrt() * told - (1 - share).sqrt() * (noisy - (1 - share).sqrt() * told) / share.sqrt()
        weight = losses.snr_weights(torch.tensor([1]), alphas, 5.0, velocity=True)[0]
        self.assertAlmostEqual(float(weight * 0.01**2), float((told_velocity - velocity) ** 2), places=12)

    def test_a_false_caption_costs_nothing_once_it_fits_less_well(self):
        true = torch.tensor([1.0, 1.0, 2.0], requires_grad=True)
        lacking = losses.preference(true, torch.tensor([1.2, 1.0, 1.0]), 0.1)
        for found, wanted in zip(lacking.tolist(), (0, 0.1, 1.2)):
            self.assertAlmostEqual(found, wanted, places=6)
        lacking.sum().backward()
        self.assertEqual(true.grad.tolist(), [0, 1, 1])

    def test_pictures_with_much_noise_are_seen_again_with_a_false_caption(self):
        scenes = [Scene.sample(seed) for seed in range(8)]
        wordings = [None, *((scene, 0) for scene in scenes[1:])]
        times = np.array([0.9, 0.1, 0.9, 0.9, 0.2, 0.9, 0.9, 0.9])
        again, false = unet.NoisePrediction._contradict(wordings, times, 3, np.random.default_rng(0))
        self.assertEqual((len(again), len(false)), (3, 3))
        self.assertTrue(set(again.tolist()) <= {2, 3, 5, 6, 7})
        for index, words in zip(again, false):
            self.assertNotEqual(words, caption(scenes[index]))
        again, false = unet.NoisePrediction._contradict(wordings, times, 0, np.random.default_rng(0))
        self.assertEqual((len(again), false), (0, []))


class Words(unittest.TestCase):
    def test_captions_fit_and_every_word_is_known(self):
        vocabulary = Vocabulary(EMBEDDED)
        for seed in range(200):
            for variant in range(3):
                for tokens in vocabulary([caption(Scene.sample(seed), variant)]):
                    self.assertEqual(tokens.shape, (1, 77))
                    self.assertTrue(set(tokens.ravel().tolist()) <= set(vocabulary.used.tolist()))
                    self.assertIn(vocabulary.tokenizers[0].eos_token_id, tokens.ravel().tolist())

    def test_a_vocabulary_that_lacks_words_is_refused(self):
        vocabulary = Vocabulary(EMBEDDED)
        with self.assertRaisesRegex(Refused, "antidisestablishmentarianism"):
            vocabulary._check(["a lake with antidisestablishmentarianism"])
        with self.assertRaisesRegex(Refused, "more than 77"):
            vocabulary._check(["a " * 90])


class Runs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = Path(tempfile.mkdtemp())
        status, output = finish(cls.place / "whole")
        assert status == 0, output
        cls.summary = json.loads(output)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.place)

    def test_the_folder_is_small_and_has_every_part(self):
        self.assertLess(self.summary["bytes"], 15_000_000)
        self.assertEqual(set(self.summary["parameters"]), {"vae", "unet", "text_encoder", "text_encoder_2"})
        self.assertEqual(self.summary["steps"], {"vae": 6, "unet": 6})
        self.assertEqual(set(self.summary["autoencoder_decibels"]), {"256", "512"})
        self.assertTrue(Path(self.summary["contact_sheet"]).exists())

    def test_a_run_that_was_killed_and_stopped_ends_with_the_same_bits(self):
        folder = self.place / "broken"
        for part, blow in (("vae", signal.SIGKILL), ("unet", signal.SIGTERM)):
            process = train(folder, stdout=subprocess.DEVNULL)
            checkpoint = folder.with_name("broken.work") / f"{part}.checkpoint"
            while not checkpoint.exists() and process.poll() is None:
                time.sleep(0.02)
            process.send_signal(blow)
            # A run that was asked to stop says so, unless it was done first.
            self.assertIn(process.wait(), (-signal.SIGKILL,) if blow == signal.SIGKILL else (75, 0))
        self.assertEqual(finish(folder)[0], 0)
        self.assertEqual(digests(folder), digests(self.place / "whole"))

    def test_other_settings_are_refused(self):
        self.assertEqual(finish(self.place / "whole", "--kl-weight", "0.5")[0], 64)

    def test_a_folder_of_somebody_else_is_left_alone(self):
        folder = self.place / "precious"
        folder.mkdir()
        (folder / "letter").write_text("dear")
        self.assertEqual(finish(folder)[0], 64)
        self.assertEqual((folder / "letter").read_text(), "dear")

    def test_training_goes_on_from_a_folder(self):
        status, output = finish(self.place / "further", "--from", str(EMBEDDED), "--vae", "decoder")
        self.assertEqual(status, 0)
        further = json.loads(output)
        # It begins where the embedded model is, not where a new one is.
        self.assertGreater(further["autoencoder_decibels"]["256"]["mean"],
                           self.summary["autoencoder_decibels"]["256"]["mean"])
        self.assertAlmostEqual(further["scaling_factor"], AutoencoderKL.load_config(EMBEDDED / "vae")["scaling_factor"])

    def test_layers_in_bfloat16_as_on_a_gpu_learn_about_the_same(self):
        status, output = finish(self.place / "mixed", "--precision", "bfloat16")
        self.assertEqual(status, 0)
        mixed = json.loads(output)
        whole, unets = self.summary, [digests(self.place / name / "unet") for name in ("mixed", "whole")]
        self.assertNotEqual(*unets)
        self.assertAlmostEqual(mixed["held_out_noise_error"], whole["held_out_noise_error"], delta=0.01)
        for size, found in mixed["autoencoder_decibels"].items():
            self.assertAlmostEqual(found["mean"], whole["autoencoder_decibels"][size]["mean"], delta=0.5)

    @unittest.skipUnless("APLDM_BIN" in os.environ, "APLDM_BIN does not name the folder of apldm's programs")
    def test_apldm_draws_with_the_folder(self):
        picture = self.place / "picture.png"
        command = [
            str(Path(os.environ["APLDM_BIN"]) / "apldm-coord"), "render", "--model", str(self.place / "whole"),
            "a lake at noon", "--width", "256", "--height", "256", "--method", "direct", "--steps", "2", "--output", str(picture)]
        run = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertGreater(picture.stat().st_size, 1000)


class Options(unittest.TestCase):
    def test_keeping_an_autoencoder_needs_one(self):
        with self.assertRaises(SystemExit), open(os.devnull, "w") as sink:
            sys.stderr, kept = sink, sys.stderr
            try:
                parse(["--output", "x", "--vae", "none"])
            finally:
                sys.stderr = kept


if __name__ == "__main__":
    unittest.main()
