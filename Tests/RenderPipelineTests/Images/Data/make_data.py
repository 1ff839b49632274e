#!/usr/bin/env python3
"""Makes the pictures and the table of this folder with zlib, PIL and numpy, independently of libpng's interface.

    python3 make_data.py        (needs Pillow and numpy; writes beside itself)

kinds.json lists every PNG with what a reader must find in it: size, bits a sample, channels, the SHA-256 of size
and samples as they are handed out (16-bit samples little-endian), texts and colour chunks. The samples are worked out here
from the PNG standard, and compared with PIL's reading where PIL reads the same depth.
"""
import hashlib
import io
import json
import os
import struct
import zlib

import numpy as np
from PIL import Image, PngImagePlugin

HERE = os.path.dirname(os.path.abspath(__file__))
SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
SAMPLES = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def packed_rows(samples, depth):
    """Filter byte 0 and the packed samples of every row of [height, width, channels]."""
    rows = b""
    for row in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            body = row.astype(">u2").tobytes()
        elif depth == 8:
            body = row.astype(np.uint8).tobytes()
        else:
            bits = "".join(format(int(value), f"0{depth}b") for value in row)
            bits += "0" * (-len(bits) % 8)
            body = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
        rows += b"\0" + body
    return rows


def png(samples, colour, depth, interlaced=False, before=(), after=(), parts=1):
    height, width = samples.shape[:2]
    if interlaced:
        raw = b""
        for x, y, dx, dy in ADAM7:
            part = samples[y::dy, x::dx]
            if part.size:
                raw += packed_rows(part, depth)
    else:
        raw = packed_rows(samples, depth)
    data = zlib.compress(raw, 9)
    cuts = [len(data) * i // parts for i in range(parts + 1)]
    out = SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced)))
    out += b"".join(chunk(name, body) for name, body in before)
    out += b"".join(chunk(b"IDAT", data[a:b]) for a, b in zip(cuts, cuts[1:]))
    out += b"".join(chunk(name, body) for name, body in after)
    return out + chunk(b"IEND", b"")


def expanded(samples, colour, depth, palette=None, transparent=None):
    """What the reader hands out: [height, width, 3 or 4], uint8 or uint16."""
    wide = depth == 16
    top = 65535 if wide else 255
    if colour == PALETTE:
        out = np.array(palette, dtype=np.uint16)[samples[..., 0]]
        if transparent is not None:
            alpha = np.array(list(transparent) + [255] * (len(palette) - len(transparent)))[samples[..., 0]]
            out = np.concatenate([out, alpha[..., None]], axis=-1)
        return out.astype(np.uint8)
    scaled = samples.astype(np.uint32) * (top // (2**depth - 1))
    if colour == GREY:
        out = np.repeat(scaled, 3, axis=-1)
    elif colour == GREY_ALPHA:
        out = np.concatenate([np.repeat(scaled[..., :1], 3, axis=-1), scaled[..., 1:]], axis=-1)
    else:
        out = scaled
    if transparent is not None:
        matches = np.all(samples == np.array(transparent), axis=-1)
        out = np.concatenate([out, np.where(matches, 0, top)[..., None]], axis=-1)
    return out.astype(np.uint16 if wide else np.uint8)


def main():
    random = np.random.default_rng(20240613)
    kinds = []
    PngImagePlugin.MAX_TEXT_CHUNK = 16 << 20

    def add(name, colour, depth, size=(7, 5), palette=None, transparent=None, before=(), after=(), interlaced=False,
            parts=1, texts=(), chunks=(), gamma=None):
        width, height = size
        limit = len(palette) if palette else 2**depth
        samples = random.integers(0, limit, (height, width, SAMPLES[colour]))
        if transparent is not None and colour != PALETTE:
            samples[0, 0] = samples[height - 1, width - 1] = transparent
        chunks_before = list(before)
        if palette:
            chunks_before.append((b"PLTE", b"".join(bytes(entry) for entry in palette)))
        if transparent is not None:
            body = bytes(transparent) if colour == PALETTE else struct.pack(f">{len(transparent)}H", *transparent)
            chunks_before.append((b"tRNS", body))
        data = png(samples, colour, depth, interlaced, chunks_before, after, parts)
        out = expanded(samples, colour, depth, palette, transparent)
        if depth != 16:
            # PIL looks for a transparent grey of fewer than 8 bits among the scaled samples, so not its alpha there.
            alpha = out.shape[-1] == 4 and not (colour == GREY and depth < 8)
            image = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA" if alpha else "RGB"))
            assert np.array_equal(image, out[..., : image.shape[-1]]), name
        with open(os.path.join(HERE, name + ".png"), "wb") as file:
            file.write(data)
        kinds.append({
            "file": name + ".png", "width": width, "height": height, "bitDepth": 16 if depth == 16 else 8,
            "channels": out.shape[-1], "texts": [list(text) for text in texts], "chunks": list(chunks), "gamma": gamma,
            "digest": hashlib.sha256(
                struct.pack(">II", width, height) + out.astype("<u2" if depth == 16 else "u1").tobytes()
            ).hexdigest(),
        })

    palette = [tuple(int(v) for v in random.integers(0, 256, 3)) for _ in range(16)]
    for depth in (1, 2, 4, 8, 16):
        add(f"grey{depth}", GREY, depth)
    for depth in (1, 2, 4, 8):
        add(f"palette{depth}", PALETTE, depth, palette=palette[: min(16, 2**depth)])
    for depth in (8, 16):
        add(f"grey-alpha{depth}", GREY_ALPHA, depth)
        add(f"rgb{depth}", RGB, depth)
        add(f"rgba{depth}", RGBA, depth)
    add("palette-transparent", PALETTE, 4, palette=palette, transparent=(0, 128, 255, 7))
    add("grey-transparent", GREY, 4, transparent=(5,))
    add("grey16-transparent", GREY, 16, transparent=(40000,))
    add("rgb-transparent", RGB, 8, transparent=(10, 20, 30))
    add("rgb16-transparent", RGB, 16, transparent=(1000, 20000, 65535))
    for name, colour, depth, size in (
        ("interlaced-rgb", RGB, 8, (13, 11)), ("interlaced-rgba16", RGBA, 16, (9, 10)),
        ("interlaced-grey1", GREY, 1, (17, 9)), ("interlaced-tiny", RGB, 8, (1, 1)), ("interlaced-thin", RGB, 8, (3, 1)),
    ):
        add(name, colour, depth, size, interlaced=True)
    add("interlaced-palette", PALETTE, 2, (10, 6), palette=palette[:4], interlaced=True)
    add("rgb-parts", RGB, 8, (31, 17), parts=9)
    add("one-pixel", RGB, 8, (1, 1))

    colours = [
        (b"gAMA", struct.pack(">I", 45455)), (b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)),
    ]
    add("gamma", RGB, 8, before=colours[:1], chunks=["gAMA"], gamma=0.45455)
    add("chromaticities", RGB, 8, before=colours, chunks=["gAMA", "cHRM"], gamma=0.45455)
    add("srgb", RGB, 8, before=[(b"sRGB", b"\0")], chunks=["sRGB"])
    # Not a profile that anyone could parse: that it is there is all that is looked at.
    add("profile", RGB, 8, before=[(b"iCCP", b"odd\0\0" + zlib.compress(b"no profile"))], chunks=["iCCP"])

    long_text = "0123456789abcdef" * 400
    add("texts", RGB, 8, before=[
        (b"tEXt", b"Title\0caf\xe9"),
        (b"zTXt", b"Comment\0\0" + zlib.compress(long_text.encode())),
        (b"iTXt", b"Author\0\0\0\0\0" + "Łódź 東京".encode()),
        (b"tIME", b"\x07\xd0\x01\x01\0\0\0"), (b"quIz", b"private"),
    ], after=[
        (b"iTXt", b"Source\0\1\0en\0Quelle\0" + zlib.compress("später ∑".encode())), (b"tEXt", b"Empty\0"),
    ], texts=[("Title", "café"), ("Comment", long_text), ("Author", "Łódź 東京"), ("Source", "später ∑"), ("Empty", "")])

    # Eight MiB of text in a few KiB: over the reader's bound, so that the entry is left out.
    add("text-bomb", RGB, 8, before=[(b"zTXt", b"Bomb\0\0" + zlib.compress(bytes(8 << 20), 9))])
    # Forty entries, of which thirty are kept.
    many = [(f"Key{index}", str(index)) for index in range(40)]
    add("many-texts", RGB, 8, before=[(b"tEXt", f"{key}\0{value}".encode()) for key, value in many], texts=many[:30])

    with open(os.path.join(HERE, "kinds.json"), "w", encoding="utf-8") as file:
        json.dump(kinds, file, indent=1, ensure_ascii=False, sort_keys=True)
        file.write("\n")
    make_levels(random)


def make_levels(random):
    """levels.bin: 32-bit little-endian floats, then as many bytes, the levels numpy makes of them."""
    ties = ((np.arange(256) + 0.5) / 255 * 2 - 1).astype(np.float32)
    near = [ties]
    for direction in (-np.inf, np.inf):
        step = ties
        for _ in range(3):
            step = np.nextafter(step, np.float32(direction))
            near.append(step)
    special = np.array([0, -0.0, 1, -1, np.inf, -np.inf, np.nan, 1e-45, -1e-45, 3e38, -3e38, 1e-8, -1e-8], np.float32)
    values = np.concatenate(near + [special, random.uniform(-1.3, 1.3, 1195).astype(np.float32)])
    values = np.resize(values, (len(values) // 3 * 3,))
    halved = values / np.float32(2) + np.float32(0.5)
    limited = np.where(np.isnan(halved), np.float32(0), np.clip(halved, np.float32(0), np.float32(1)))
    scaled = limited * np.float32(255)
    assert scaled.dtype == np.float32
    exact_ties = int(np.sum(scaled - np.floor(scaled) == 0.5))
    assert exact_ties > 50, exact_ties
    with open(os.path.join(HERE, "levels.bin"), "wb") as file:
        file.write(values.astype("<f4").tobytes() + scaled.round().astype(np.uint8).tobytes())


if __name__ == "__main__":
    main()
