"""From a scene to a picture, back to front."""
from .buildings import paint_boat, paint_house
from .canvas import Canvas
from .palette import HOURS
from .sky import paint_disc, paint_sky
from .terrain import paint_background, paint_foreground
from .vegetation import paint_tree
from .water import paint_water


def paint(scene, size):
    """The landscape as uint8 [size, size, 3]; the same at every size but for its detail."""
    canvas, hour = Canvas(size), HOURS[scene.time]
    paint_sky(canvas, scene, hour)
    sky = canvas.pixels.copy()
    paint_background(canvas, scene, hour)
    if scene.terrain in ("lake", "sea"):
        paint_water(canvas, scene, hour)
    paint_disc(canvas, scene, hour, sky)
    if scene.landmark == "boat":
        paint_boat(canvas, scene, hour)
    paint_foreground(canvas, scene, hour)
    if scene.landmark == "house":
        paint_house(canvas, scene, hour)
    for index in range(len(scene.trees)):
        paint_tree(canvas, scene, hour, index)
    return canvas.levels()
