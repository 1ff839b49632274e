"""The environment that the recipe's commands run in: made once from requirements.txt, used by all of them."""
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
UNAVAILABLE = 69


def enter(module, arguments):
    """Replaces this process by `python -m module` in the environment. Signals then reach the module itself.

    APLDM_MODEL_PYTHON names another Python that has what requirements.txt asks for.
    """
    python = os.environ.get("APLDM_MODEL_PYTHON") or _python()
    environment = dict(
        os.environ, PYTHONPATH=str(HERE), PYTHONDONTWRITEBYTECODE="1", PYTHONUNBUFFERED="1",
        TRANSFORMERS_VERBOSITY="error", HF_HUB_DISABLE_PROGRESS_BARS="1")
    os.execve(python, [python, "-m", module, *arguments], environment)


def _python():
    requirements = HERE / "requirements.txt"
    folder = HERE / ".venv"
    python = folder / "bin" / "python"
    # Written last: an installation that was cut off is begun again.
    stamp = folder / f"installed-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]}"
    if stamp.exists():
        return str(python)
    print(f"installing {requirements} into {folder}: about 6 GB", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)],
            check=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        print(f"error: {problem}; see the lines above, then start again", file=sys.stderr)
        sys.exit(UNAVAILABLE)
    stamp.touch()
    return str(python)
