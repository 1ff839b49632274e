"""PyTorch's side of ops/compare-pytorch: the same operations and passes, in the faster of two memory layouts."""
import argparse
import json
import os
import resource
import sys
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

SDXL_VAE = dict(
    in_channels=3, out_channels=3, latent_channels=4, sample_size=1024, block_out_channels=(128, 256, 512, 512),
    layers_per_block=2, norm_num_groups=32, scaling_factor=0.13025,
    down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4)
SDXL_UNET = dict(
    sample_size=128, in_channels=4, out_channels=4, block_out_channels=(320, 640, 1280), layers_per_block=2,
    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    transformer_layers_per_block=(1, 2, 10), attention_head_dim=(5, 10, 20), cross_attention_dim=2048,
    use_linear_projection=True, addition_embed_type="text_time", addition_time_embed_dim=256,
    projection_class_embeddings_input_dim=2816)


def best_of_layouts(layouts):
    """Seconds and the name of the faster layout; each is warmed up once, then timed at least three times."""
    best = None
    for name, body in layouts:
        body()
        times = []
        start = time.perf_counter()
        while len(times) < 3 or time.perf_counter() - start < 0.25 and len(times) < 1000:
            begin = time.perf_counter()
            body()
            times.append(time.perf_counter() - begin)
        median = sorted(times)[len(times) // 2]
        if best is None or median < best[0]:
            best = (median, name)
    return {"seconds": best[0], "layout": best[1]}


def pictures(make):
    """A body for the default layout and for channels-last."""
    return [("default layout", make(lambda x: x)),
            ("channels-last", make(lambda x: x.to(memory_format=torch.channels_last)))]


def kernel(operation, sizes):
    def randn(*shape):
        return torch.randn(*shape)

    if operation == "convolution":
        edge, inputs, outputs = sizes["edge"], sizes["inputs"], sizes["outputs"]
        x, weight = randn(sizes["batch"], inputs, edge, edge), randn(outputs, inputs, 3, 3) / (9 * inputs) ** 0.5
        bias = randn(outputs)

        def make(layout):
            image, kernels = layout(x), layout(weight)
            return lambda: F.conv2d(image, kernels, bias, padding=1)
        return best_of_layouts(pictures(make))
    if operation == "linear":
        x = randn(sizes["batch"], sizes["rows"], sizes["inputs"])
        weight, bias = randn(sizes["outputs"], sizes["inputs"]) / sizes["inputs"] ** 0.5, randn(sizes["outputs"])
        return best_of_layouts([("", lambda: F.linear(x, weight, bias))])
    if operation == "attention":
        queries = randn(1, sizes["heads"], sizes["tokens"], sizes["width"])
        keys, values = (randn(1, sizes["heads"], sizes["keys"], sizes["width"]) for _ in range(2))
        return best_of_layouts([("", lambda: F.scaled_dot_product_attention(queries, keys, values))])
    if operation == "selfAttend":
        tokens = sizes["edge"] ** 2
        z = randn(1, 1, tokens, sizes["channels"])
        answer = best_of_layouts([("", lambda: F.scaled_dot_product_attention(z, z, z, scale=0.5))])
        flat = z[0, 0]
        answer["matrixSeconds"] = best_of_layouts(
            [("", lambda: torch.softmax(flat @ flat.T / 2, dim=-1) @ flat)])["seconds"]
        return answer
    if operation == "groupNormSiLU":
        edge, channels = sizes["edge"], sizes["channels"]
        x, weight, bias = randn(1, channels, edge, edge), randn(channels), randn(channels)

        def make(layout):
            image = layout(x)
            return lambda: F.silu(F.group_norm(image, 32, weight, bias, 1e-5))
        return best_of_layouts(pictures(make))
    if operation == "layerNorm":
        x = randn(1, sizes["rows"], sizes["channels"])
        weight, bias = randn(sizes["channels"]), randn(sizes["channels"])
        return best_of_layouts([("", lambda: F.layer_norm(x, (sizes["channels"],), weight, bias, 1e-5))])
    if operation == "gatedGELU":
        x = randn(1, sizes["rows"], 2 * sizes["channels"])

        def gated():
            value, gate = x.chunk(2, dim=-1)
            return value * F.gelu(gate)
        return best_of_layouts([("", gated)])
    if operation == "resizeBicubic":
        edge = sizes["edge"]
        x = randn(1, sizes["channels"], edge, edge)

        def make(layout):
            image = layout(x)
            return lambda: F.interpolate(image, size=(2 * edge, 2 * edge), mode="bicubic", align_corners=False)
        return best_of_layouts(pictures(make))
    raise SystemExit(f"no such operation: {operation}")


def serve():
    torch.manual_seed(1)
    for line in sys.stdin:
        print(json.dumps(kernel(**json.loads(line))), flush=True)


def make_weights(part, folder):
    from diffusers import AutoencoderKL, UNet2DConditionModel
    torch.manual_seed(1)
    if part == "vae":
        AutoencoderKL(**SDXL_VAE).save_pretrained(folder)
    else:
        # In half precision from the beginning: the whole in float32 takes 10 GB.
        torch.set_default_dtype(torch.float16)
        UNet2DConditionModel(**SDXL_UNET).save_pretrained(folder, variant="fp16")


def make_inputs(part, edge, path):
    from safetensors.torch import save_file
    torch.manual_seed(2)
    if part == "unet":
        size = 8.0 * edge
        tensors = {
            "latents": torch.randn(2, edge, edge, 4), "timestep": torch.tensor([500.0]),
            "context": torch.randn(2, 77, 2048), "pooled": torch.randn(2, 1280),
            "time_ids": torch.tensor([[size, size, 0, 0, size, size]] * 2)}
    elif part == "decode":
        tensors = {"latents": torch.randn(1, edge, edge, 4)}
    else:
        # Large areas and fine noise, as a picture has both.
        coarse = F.interpolate(torch.randn(1, 3, edge // 32, edge // 32), size=(edge, edge), mode="bicubic")
        tensors = {"picture": (0.4 * coarse + 0.1 * torch.randn(1, 3, edge, edge)).clamp(-1, 1).permute(0, 2, 3, 1)}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path)


def run_pass(part, folder, variant, inputs, output, only):
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from safetensors.torch import load_file, save_file
    given = load_file(inputs)
    kind = UNet2DConditionModel if part == "unet" else AutoencoderKL
    model = kind.from_pretrained(folder, variant=variant, torch_dtype=torch.float32).eval()

    def body(layout):
        if part == "unet":
            latents = layout(given["latents"].permute(0, 3, 1, 2).contiguous())
            added = {"text_embeds": given["pooled"], "time_ids": given["time_ids"]}
            return lambda: model(
                latents, given["timestep"][0], encoder_hidden_states=given["context"], added_cond_kwargs=added).sample
        if part == "decode":
            latents = layout(given["latents"].permute(0, 3, 1, 2).contiguous())
            return lambda: model.decode(latents).sample
        picture = layout(given["picture"].permute(0, 3, 1, 2).contiguous())
        return lambda: model.encode(picture).latent_dist.mode()

    best = None
    with torch.inference_mode():
        for name, layout in (("default layout", lambda x: x),
                             ("channels-last", lambda x: x.to(memory_format=torch.channels_last))):
            if only not in (None, name):
                continue
            if name == "channels-last":
                model = model.to(memory_format=torch.channels_last)
            forward = body(layout)
            forward()
            begin = time.perf_counter()
            result = forward()
            seconds = time.perf_counter() - begin
            if best is None:
                save_file({"result": result.permute(0, 2, 3, 1).contiguous()}, output)
            if best is None or seconds < best[0]:
                best = (seconds, name)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": best[0], "layout": best[1], "peakMemoryBytes": peak}))


def compare(ours, theirs):
    from safetensors.torch import load_file
    a, b = (load_file(path)["result"].double() for path in (ours, theirs))
    error = (a - b).abs().max() / b.abs().max()
    spread = (b.max() - b.min()) ** 2
    psnr = 10 * torch.log10(spread / ((a - b) ** 2).mean().clamp_min(1e-300))
    print(json.dumps({"largest": error.item(), "psnr": psnr.item()}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("about")
    commands.add_parser("serve").add_argument("--threads", type=int, required=True)
    weights = commands.add_parser("weights")
    weights.add_argument("part", choices=["vae", "unet"])
    weights.add_argument("--output", required=True)
    inputs = commands.add_parser("inputs")
    inputs.add_argument("part", choices=["unet", "decode", "encode"])
    inputs.add_argument("--edge", type=int, required=True)
    inputs.add_argument("--output", required=True)
    one = commands.add_parser("pass")
    one.add_argument("part", choices=["unet", "decode", "encode"])
    for name in ("--folder", "--input", "--output"):
        one.add_argument(name, required=True)
    one.add_argument("--variant")
    one.add_argument("--layout", choices=["default layout", "channels-last"], help="only this one (default: both)")
    one.add_argument("--threads", type=int, required=True)
    two = commands.add_parser("compare")
    two.add_argument("ours")
    two.add_argument("theirs")
    options = parser.parse_args()
    if hasattr(options, "threads"):
        torch.set_num_threads(options.threads)
    if options.command == "about":
        print(json.dumps({"torch": torch.__version__, "capability": torch.backends.cpu.get_cpu_capability()}))
    elif options.command == "serve":
        with torch.inference_mode():
            serve()
    elif options.command == "weights":
        make_weights(options.part, options.output)
    elif options.command == "inputs":
        make_inputs(options.part, options.edge, options.output)
    elif options.command == "pass":
        run_pass(options.part, options.folder, options.variant, options.input, options.output, options.layout)
    else:
        compare(options.ours, options.theirs)


if __name__ == "__main__":
    main()
