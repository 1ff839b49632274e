"""Captions as both text encoders take them.

The vocabulary is CLIP's, reduced; it is taken over from an existing folder. Words that no caption has would be noise to
the model: all their tokens share one embedding, which is trained by hiding a word now and then.
"""
import re
from pathlib import Path

import torch
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from landscapes import Scene, caption
from landscapes.captions import mirrored

from .settings import Refused

LENGTH = 77
KINDS = {"text_encoder": CLIPTextModel, "text_encoder_2": CLIPTextModelWithProjection}
SAMPLED = 3000
HIDDEN = 0.02


class Vocabulary:
    """Both tokenizers of a folder."""

    def __init__(self, folder):
        self.tokenizers = [
            CLIPTokenizer.from_pretrained(str(Path(folder) / name)) for name in ("tokenizer", "tokenizer_2")]
        captions = [caption(Scene.sample(seed)) for seed in range(SAMPLED)]
        captions += [mirrored(words) for words in captions]
        self._check(captions)
        # Start, end and padding are among them.
        self.used = torch.unique(torch.cat([tokens.ravel() for tokens in self(captions)]))
        unused = set(range(len(self.tokenizers[0]))) - set(self.used.tolist())
        if not unused:
            raise Refused(f"the vocabulary of {folder} has no token to spare for unknown words")
        self.unknown = max(unused)

    def __call__(self, captions):
        """Ids for each encoder, [n, 77]."""
        return [
            torch.tensor(tokenizer(
                list(captions), padding="max_length", truncation=True, max_length=LENGTH).input_ids)
            for tokenizer in self.tokenizers]

    def _check(self, captions):
        """Every caption fits, and every word of it is known: in at most three pieces."""
        for tokenizer in self.tokenizers:
            longest = max(captions, key=lambda words: len(tokenizer(words).input_ids))
            if len(tokenizer(longest).input_ids) > LENGTH:
                raise Refused(f"more than {LENGTH} tokens: {longest}")
            for word in sorted({word for words in captions for word in re.findall(r"\w+", words.lower())}):
                if len(tokenizer.tokenize(word)) > 3:
                    raise Refused(f"the vocabulary lacks the word {word}: {tokenizer.tokenize(word)}")

    def hide(self, tokens, random):
        """Ids of which a few words are unknown; the same words in both."""
        first, second = tokens
        word = (second != second[:, :1]) & (second != self.tokenizers[1].eos_token_id) & (second != 0)
        hidden = word & (torch.rand(first.shape, generator=random) < HIDDEN)
        return [torch.where(hidden, self.unknown, ids) for ids in tokens]

    @torch.no_grad()
    def share_unknown(self, encoders):
        """Gives all tokens that were never seen the embedding of the unknown word."""
        for encoder in encoders:
            table = encoder.get_input_embeddings().weight
            never = torch.ones(table.shape[0], dtype=torch.bool, device=table.device)
            never[self.used.to(table.device)] = False
            never &= table.abs().sum(1) == 0
            table[never] = table[self.unknown].clone()


def make_encoders(settings, vocabulary):
    encoders = []
    for name, kind in KINDS.items():
        if settings.start:
            encoders.append(kind.from_pretrained(Path(settings.start) / name, dtype=torch.float32))
            continue
        configuration = CLIPTextConfig.from_pretrained(Path(settings.like) / name)
        # The folder's own is half precision, which is for keeping, not for training.
        configuration.dtype = torch.float32
        encoder = kind(configuration)
        for module in encoder.modules():
            if isinstance(module, torch.nn.Embedding):
                torch.nn.init.normal_(module.weight, std=0.3 if module.num_embeddings > LENGTH else 0.1)
        with torch.no_grad():
            table = encoder.get_input_embeddings().weight
            kept = table[vocabulary.used].clone()
            table.zero_()
            table[vocabulary.used] = kept
        encoders.append(encoder)
    return encoders


def encode(encoders, tokens):
    """What the UNet attends to, [n, 77, sum of widths], and the pooled embedding, as in StableDiffusionXLPipeline."""
    first = encoders[0](tokens[0], output_hidden_states=True).hidden_states[-2]
    second = encoders[1](tokens[1], output_hidden_states=True)
    return torch.cat([first, second.hidden_states[-2]], -1), second.text_embeds
