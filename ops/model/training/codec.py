"""A start for the autoencoder that already works: a linear codec of colours, all else silent.

Every 8x8 block becomes the mean of its colour along the principal axes of the training pictures' colours, and one
difference of brightness between its lower and its upper half. Decoding is bilinear. Residual branches end in zeros, so
that training adds to this instead of searching for it: a random start is worse than a box filter for a long time.

Two tricks make the network linear. SiLU(x) - SiLU(-x) = x, so that values go through it in pairs of opposite sign; and
two constant channels of +-`CONSTANT` rule the variance that the last group norm divides by, which so is a fixed scale.
"""
import torch

GAIN = 3.0  # deviation of the latents
CONSTANT = 8.0


def colour_axes(pictures):
    """The mean colour, the principal axes, the deviations along them, and the deviation of the halves' difference, of
    pictures [n, 3, height, width] in -1...1."""
    blocks = torch.nn.functional.avg_pool2d(pictures, 8)
    colours = blocks.permute(1, 0, 2, 3).reshape(3, -1)
    mean = colours.mean(1)
    centred = colours - mean[:, None]
    variances, axes = torch.linalg.eigh(centred @ centred.T / centred.shape[1])
    halves = torch.nn.functional.avg_pool2d(pictures.mean(1, keepdim=True), (4, 8))
    difference = (halves[:, :, 1::2] - halves[:, :, ::2]) / 2
    return mean, axes.flip(1), variances.flip(0).sqrt(), difference.std()


@torch.no_grad()
def start_linear(autoencoder, pictures):
    """Sets the weights of an AutoencoderKL with one layer a block, by example pictures."""
    mean, axes, deviations, difference = colour_axes(pictures)
    for name, module in autoencoder.named_modules():
        if name.endswith("conv2") or name.endswith("to_out.0"):
            _zero(module)
    to_latents = torch.diag(1 / deviations) @ axes.T * GAIN
    _encoder(autoencoder.encoder, mean, to_latents, GAIN / difference)
    _decoder(autoencoder.decoder, mean, torch.linalg.inv(to_latents))
    for convolution in (autoencoder.quant_conv, autoencoder.post_quant_conv):
        _zero(convolution)
        for channel in range(convolution.weight.shape[0]):
            convolution.weight[channel, channel] = 1


def _pair_colours(convolution):
    """Each of the three colours, and its negative."""
    for channel in range(3):
        convolution.weight[channel, channel] = 1
        convolution.weight[3 + channel, channel] = -1


def _encoder(encoder, mean, to_latents, difference_gain):
    _pass_colours(encoder.conv_in)
    last = len(encoder.down_blocks) - 1
    for level, block in enumerate(encoder.down_blocks):
        shortcut = block.resnets[0].conv_shortcut
        if level == last:
            # Pairs of the three colours and of the difference, and the constants.
            shortcut.weight *= 0.3
            shortcut.weight[:10] = 0
            shortcut.bias[:10] = 0
            _pair_colours(shortcut)
            shortcut.weight[6, 3] = 1
            shortcut.weight[7, 3] = -1
            shortcut.bias[8], shortcut.bias[9] = CONSTANT, -CONSTANT
        elif shortcut is not None:
            _pass_colours(shortcut)
        if level < last:
            # Padded below and to the right: the taps 0 and 1 are a block of two by two.
            halve = block.downsamplers[0].conv
            halve.weight[:4] = 0
            halve.bias[:4] = 0
            for channel in range(3):
                halve.weight[channel, channel, :2, :2] = 0.25
                if level == last - 1:
                    halve.weight[3, channel, 0, :2] = -1 / 12
                    halve.weight[3, channel, 1, :2] = 1 / 12
    encoder.conv_norm_out.weight[:8] = _norm_scale(encoder.conv_norm_out)
    out = encoder.conv_out
    _zero(out)
    out.weight[:3, :3, 1, 1] = to_latents
    out.weight[:3, 3:6, 1, 1] = -to_latents
    out.bias[:3] = -to_latents @ mean
    out.weight[3, 6, 1, 1] = difference_gain
    out.weight[3, 7, 1, 1] = -difference_gain
    out.bias[out.bias.shape[0] // 2 :] = -6  # logarithms of the posterior's variances


def _decoder(decoder, mean, from_latents):
    enter = decoder.conv_in
    enter.weight[:3] = 0
    enter.weight[:3, :3, 1, 1] = from_latents
    enter.bias[:3] = mean
    tap = torch.tensor([0.25, 0.5, 0.25])
    last = len(decoder.up_blocks) - 1
    for level, block in enumerate(decoder.up_blocks):
        shortcut = block.resnets[0].conv_shortcut
        if level == last:
            shortcut.weight *= 0.5
            shortcut.weight[:8] = 0
            shortcut.bias[:8] = 0
            _pair_colours(shortcut)
            shortcut.bias[6], shortcut.bias[7] = CONSTANT, -CONSTANT
        elif shortcut is not None:
            _pass_colours(shortcut)
        if level < last:
            double = block.upsamplers[0].conv
            double.weight[:3] = 0
            double.bias[:3] = 0
            for channel in range(3):
                double.weight[channel, channel] = tap[:, None] * tap
    decoder.conv_norm_out.weight[:6] = _norm_scale(decoder.conv_norm_out)
    out = decoder.conv_out
    _zero(out)
    for channel in range(3):
        out.weight[channel, channel, 1, 1] = 1
        out.weight[channel, 3 + channel, 1, 1] = -1


def _norm_scale(norm):
    """What undoes a group norm whose deviation comes from the two constants alone."""
    return CONSTANT * (2 * norm.num_groups / norm.num_channels) ** 0.5


def _pass_colours(convolution):
    convolution.weight[:3] = 0
    convolution.bias[:3] = 0
    middle = convolution.weight.shape[-1] // 2
    for channel in range(3):
        convolution.weight[channel, channel, middle, middle] = 1


def _zero(layer):
    torch.nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        torch.nn.init.zeros_(layer.bias)
