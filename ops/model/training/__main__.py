"""`python -m training`: the command ops/model/train."""
import json
import sys

from .progress import Stopped, Wish, duration, say
from .settings import Refused, parse

REFUSED = 64
STOPPED = 75  # EX_TEMPFAIL: start again and it goes on


def show(summary):
    print(f"\n{summary['folder']}: {summary['bytes'] / 1e6:.1f} MB\n")
    print("| part | parameters |\n| --- | --- |")
    for name, count in summary["parameters"].items():
        print(f"| {name} | {count / 1e6:.2f} M |")
    print("\n| stage | steps | time |\n| --- | --- | --- |")
    for name, seconds in summary["seconds"].items():
        print(f"| {name} | {summary['steps'].get({'autoencoder': 'vae'}.get(name, name), '')} | {duration(seconds)} |")
    print("\n| measure | held-out scenes |\n| --- | --- |")
    for size, found in summary["autoencoder_decibels"].items():
        print(f"| autoencoder at {size} | {found['mean']} dB (lowest {found['lowest']}) |")
    print(f"| noise prediction | {summary['held_out_noise_error']} |")
    print(f"\nlook at {summary['contact_sheet']}")


def main():
    settings, options = parse()
    wish = Wish()
    # Only now, as it takes seconds.
    import torch

    from .run import Run

    if options.device == "cuda" and not torch.cuda.is_available():
        raise Refused("there is no CUDA device: --device cpu")
    torch.set_num_threads(options.threads)
    summary = Run(settings, options, wish).all()
    if options.json:
        print(json.dumps(summary, indent=2))
    else:
        show(summary)


if __name__ == "__main__":
    try:
        main()
    except Refused as problem:
        print(f"error: {problem}", file=sys.stderr)
        sys.exit(REFUSED)
    except Stopped:
        say("stopped; the same command goes on from here")
        sys.exit(STOPPED)
