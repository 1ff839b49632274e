"""A square that is painted in shares of its edge, whatever its number of pixels."""
import numpy as np


def colour(red, green, blue):
    """A colour that broadcasts over [3, height, width]."""
    return np.array([red, green, blue], np.float32).reshape(3, 1, 1)


def mix(first, second, share):
    return first + (second - first) * share


# The width of a stroke, from its start (0) to its end (1).
FORMS = {
    "even": lambda t: np.ones_like(t),
    "blade": lambda t: 1 - 0.85 * t,
    "leaf": lambda t: np.sin(np.pi * t) ** 0.8,
    "round": lambda t: np.sqrt(1 - (2 * t - 1) ** 2),
}


class Canvas:
    """Pixels as [3, size, size], 0...1 and, until the picture is done, beyond."""

    def __init__(self, size):
        self.size = size
        self.pixels = np.zeros((3, size, size), np.float32)
        self.centres = ((np.arange(size) + 0.5) / size).astype(np.float32)

    @property
    def x(self):
        return self.centres[None, :]

    def y(self, first=0, last=None):
        return self.centres[first:last, None]

    def row(self, place):
        """The row that a height falls in, limited to those there are."""
        return int(np.clip(int(place * self.size), 0, self.size))

    def cover(self, paint, coverage, first=0):
        """Lays a colour, or one for every pixel, over the rows from `first` on."""
        part = self.pixels[:, first : first + coverage.shape[0]]
        part += (paint - part) * coverage

    def levels(self):
        """uint8 [size, size, 3]."""
        levels = (np.clip(self.pixels, 0, 1) * 255 + 0.5).astype(np.uint8)
        return np.ascontiguousarray(levels.transpose(1, 2, 0))

    def _box(self, left, top, right, bottom):
        low = [int(np.clip(place * self.size - 2, 0, self.size)) for place in (top, left)]
        high = [int(np.clip(place * self.size + 3, 0, self.size)) for place in (bottom, right)]
        if low[0] >= high[0] or low[1] >= high[1]:
            return None
        return slice(low[0], high[0]), slice(low[1], high[1])

    def shape(self, box, brush):
        """Lets `brush(x, y) -> (colour, signed distance to the edge)` paint what is inside of a shape.

        Distances are positive inside; an edge is as soft as a pixel.
        """
        part = self._box(*box)
        if part is None:
            return
        paint, distance = brush(self.centres[None, part[1]], self.centres[part[0], None])
        pixels = self.pixels[:, part[0], part[1]]
        pixels += (paint - pixels) * np.clip(distance * self.size + 0.5, 0, 1).astype(np.float32)

    def polygon(self, corners, paint, opacity=1.0):
        """A convex polygon of one colour."""
        corners = np.asarray(corners, np.float64)
        following = np.roll(corners, -1, axis=0)
        area = np.sum(corners[:, 0] * following[:, 1] - corners[:, 1] * following[:, 0])
        part = self._box(*corners.min(0), *corners.max(0))
        if part is None:
            return
        x, y = self.centres[None, part[1]], self.centres[part[0], None]
        inside = None
        for (ax, ay), (bx, by) in zip(corners, following):
            length = np.hypot(bx - ax, by - ay) + 1e-9
            distance = np.sign(area) * ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length
            inside = distance if inside is None else np.minimum(inside, distance)
        pixels = self.pixels[:, part[0], part[1]]
        pixels += (paint - pixels) * (np.clip(inside * self.size + 0.5, 0, 1) * opacity).astype(np.float32)

    def ellipse(self, x, y, radius_x, radius_y, paint, opacity=1.0, softness=0.0):
        """An ellipse; with softness its edge begins at that share of the way inwards."""
        part = self._box(x - radius_x, y - radius_y, x + radius_x, y + radius_y)
        if part is None:
            return
        reach = np.hypot((self.centres[None, part[1]] - x) / radius_x, (self.centres[part[0], None] - y) / radius_y)
        edge = max(softness, 1 / (min(radius_x, radius_y) * self.size))
        coverage = np.clip((1 - reach) / edge + (0 if softness else 0.5), 0, 1) * opacity
        pixels = self.pixels[:, part[0], part[1]]
        pixels += (paint - pixels) * coverage.astype(np.float32)

    def strokes(self, start, end, width, paint, front=None, form="blade", bend=0.0, opacity=1.0):
        """Many strokes at once, such as blades of grass.

        A stroke is cut into marks no larger than a pixel and every mark's area is shared by the four pixels next to
        it. So strokes finer than a pixel leave as much colour as they would on average, and a picture made smaller
        looks as if it were painted small.

        start, end   places, [2, strokes] (across and down)
        width        [strokes] or one for all
        paint        colours, [3, strokes] or [3]
        front        where strokes meet, those with a greater one hide the others (0...1)
        form         how the width changes on the way, one of `FORMS`
        bend         how far the middle is moved sideways, [strokes] or one for all
        opacity      of the whole
        """
        start, end = np.asarray(start, np.float64), np.asarray(end, np.float64)
        count = start.shape[1]
        if count == 0:
            return
        width = np.broadcast_to(np.asarray(width, np.float64), count)
        paint = np.broadcast_to(np.asarray(paint, np.float64).reshape(3, -1), (3, count))
        way = end - start
        length = np.hypot(*way) + 1e-9
        along = int(np.ceil(1.3 * self.size * np.percentile(length, 90))) + 1
        across = int(np.ceil(1.2 * self.size * np.percentile(width, 90)))
        t = ((np.arange(along) + 0.5) / along)[:, None, None]
        side = ((np.arange(across) + 0.5) / across - 0.5)[None, :, None]
        local = width * FORMS[form](t)
        normal = np.stack([-way[1], way[0]]) / length
        shift = side * local + bend * 4 * t * (1 - t)
        area = np.broadcast_to(local * length / (along * across), (along, across, count))
        x, y = (start[axis] + t * way[axis] + shift * normal[axis] for axis in (0, 1))
        importance = np.exp(7 * np.asarray(front if front is not None else np.zeros(1)))
        importance = np.broadcast_to(importance, (along, across, count))
        index = np.broadcast_to(np.arange(count), (along, across, count))
        self._splat(x.ravel(), y.ravel(), area.ravel(), index.ravel(), paint, importance.ravel(), opacity)

    def dots(self, place, radius, paint, front=None, flatness=1.0, opacity=1.0):
        """Many small filled ellipses: round strokes that are as long as they are wide."""
        place = np.asarray(place, np.float64)
        radius = np.broadcast_to(np.asarray(radius, np.float64), place.shape[1])
        reach = np.stack([radius, np.zeros_like(radius)])
        self.strokes(place - reach, place + reach, 2 * radius * flatness, paint, front, "round", opacity=opacity)

    def _splat(self, x, y, area, stroke, paint, importance, opacity):
        size = self.size
        x, y = x * size - 0.5, y * size - 0.5
        kept = (x > -1) & (x < size) & (y > -1) & (y < size)
        if not kept.all():
            x, y, area, stroke, importance = (values[kept] for values in (x, y, area, stroke, importance))
        if x.size == 0:
            return
        column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
        right, below = x - column, y - row
        left, top = column.min(), row.min()
        width, height = column.max() - left + 2, row.max() - top + 2
        index = (row - top) * width + (column - left)
        cells = height * width
        weight = area * size * size
        coverage = np.zeros(cells)
        colours = np.zeros((4, cells))
        tints = paint[:, stroke]
        for offset, share in (
            (0, (1 - right) * (1 - below)), (1, right * (1 - below)),
            (width, (1 - right) * below), (width + 1, right * below),
        ):
            part = weight * share
            place = index + offset
            coverage += np.bincount(place, part, cells)
            part = part * importance
            colours[3] += np.bincount(place, part, cells)
            for channel in range(3):
                colours[channel] += np.bincount(place, part * tints[channel], cells)
        shown = (np.minimum(coverage, 1) * opacity).reshape(height, width).astype(np.float32)
        tint = (colours[:3] / np.maximum(colours[3], 1e-30)).reshape(3, height, width).astype(np.float32)
        first, skip = max(top, 0), max(-top, 0)
        begin, jump = max(left, 0), max(-left, 0)
        pixels = self.pixels[:, first : top + height, begin : left + width]
        tint = tint[:, skip : skip + pixels.shape[1], jump : jump + pixels.shape[2]]
        shown = shown[skip : skip + pixels.shape[1], jump : jump + pixels.shape[2]]
        pixels += (tint - pixels) * shown
