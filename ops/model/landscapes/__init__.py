"""Landscapes painted by rule, with captions: what apldm's embedded model is trained on.

    scene = Scene.sample(7)              # what is in it and where: no pixels
    picture = paint(scene, 512)          # uint8 [512, 512, 3]; the same landscape at any size
    words = caption(scene, variant=0)    # one of many wordings, all of them true

Only numpy is needed.
"""
from .captions import caption, contradicted, mirrored
from .painter import paint
from .scene import Scene

__all__ = ["Scene", "caption", "contradicted", "mirrored", "paint"]
