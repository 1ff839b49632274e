"""What the autoencoder is asked for, without anybody's network.

Absolute and squared differences alone leave blurred edges at a low price. So differences between neighbours count as
well, at four scales (edges and textures, as an edge that is lost is missing at every scale), and the finest two bands
of a Laplacian pyramid (grass, stars), by their absolute error.
"""
import torch
import torch.nn.functional as functional

SQUARED, GRADIENT, LAPLACIAN = 4.0, 0.20, 0.25


def reconstruction(made, true):
    """Of pictures in -1...1."""
    error = made - true
    value = error.abs().mean() + SQUARED * error.square().mean()
    for scale in range(4):
        value = value + GRADIENT * (
            (error[..., 1:] - error[..., :-1]).abs().mean() + (error[..., 1:, :] - error[..., :-1, :]).abs().mean())
        smaller = functional.avg_pool2d(error, 2)
        if scale < 2:
            coarse = functional.interpolate(smaller, scale_factor=2.0, mode="bilinear", align_corners=False)
            value = value + LAPLACIAN * (error - coarse).abs().mean()
        error = smaller
    return value


def divergence(posterior):
    """From the standard normal, per value."""
    return 0.5 * (posterior.mean.square() + posterior.var - 1 - posterior.logvar).mean()


def snr_weights(steps, alphas, gamma, velocity=False):
    """Of squared errors of the noise. Min-SNR (Hang et al., 2023): steps with little noise count no more than gamma
    allows. With `velocity` the error is that of the velocity (Salimans and Ho, 2022), 1 + 1/SNR times as large: where
    nearly all is noise, noise is told whatever the caption says, and yet what is where is decided there."""
    ratio = alphas[steps] / (1 - alphas[steps])
    weights = torch.ones_like(ratio) if gamma <= 0 else ratio.clamp(max=gamma) / ratio
    return weights * (1 + 1 / ratio) if velocity else weights


def preference(true, false, margin):
    """By how much errors with a false caption lack being larger than those with the true one by that share of these."""
    return functional.relu(margin * true.detach() - (false - true))
