"""Where the files are that the repository keeps at its top and the package carries inside."""

from importlib.resources import files
from pathlib import Path


def shipped(packaged: str, repository: str) -> Path:
    """A folder inside the installed package, else in the repository.

    Args:
        packaged: its name in the package.
        repository: its path from the top of the repository.
    """
    inside = Path(str(files("kzchat"))) / packaged
    return inside if inside.is_dir() else Path(__file__).resolve().parents[2] / repository
