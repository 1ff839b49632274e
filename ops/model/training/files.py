"""Files that are either whole or not there: written aside, then renamed."""
import os
from pathlib import Path


def replace(path, write):
    """Has `write(file)` fill a new file that then takes the place of `path`."""
    path = Path(path)
    aside = path.with_name(path.name + ".new")
    with open(aside, "wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)


def replace_text(path, text):
    replace(path, lambda file: file.write(text.encode()))
