"""Counts suns and moons in a picture: the round patches that have a disc's colour on a ground that is not like it.

The rules of the Swift evaluation's counter, written again for numpy, so that both agree on what one disc is.
"""
import numpy as np

TWILIGHT = np.array([[1, 0.95, 0.80], [1, 0.96, 0.62], [1, 0.92, 0.50]])


def count(picture):
    size = 256
    step = picture.shape[0] // size
    small = picture[: size * step, : size * step].reshape(size, step, size, step, 3).mean((1, 3)) / 255
    sky = small[: size // 2].reshape(-1, 3)
    if np.median(sky.mean(1)) < 0.27:
        mask = (small.min(2) > 0.5) & (small.max(2) - small.min(2) < 0.25)
    else:
        day = (sky[:, 2] - sky[:, 0]).mean() > 0.14
        colours = TWILIGHT[1:] if day else TWILIGHT
        mask = np.any([((small - colour) ** 2).sum(2) < 0.016 for colour in colours], axis=0)
        mask &= small[:, :, 2] < 0.74 if day else True
    return sum(_is_disc(region, mask, size) for region in _regions(mask))


def _regions(mask):
    left = set(zip(*(index.tolist() for index in np.nonzero(mask))))
    while left:
        edge, region = [left.pop()], []
        while edge:
            row, column = edge.pop()
            region.append((row, column))
            for place in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
                if place in left:
                    left.remove(place)
                    edge.append(place)
        yield np.array(region)


def _is_disc(region, mask, size):
    radius = np.sqrt(len(region) / np.pi)
    if not 0.02 * size < radius < 0.13 * size:
        return False
    height, width = region.max(0) - region.min(0) + 1
    if max(height, width) > 1.7 * min(height, width) or len(region) < 0.6 * np.pi / 4 * height * width:
        return False
    centre = region.mean(0)
    place = np.indices(mask.shape) - centre[:, None, None]
    distance = np.hypot(*place)
    around = (distance > 1.25 * radius + 1) & (distance < 1.6 * radius + 2)
    return mask[around].mean() < 0.3
