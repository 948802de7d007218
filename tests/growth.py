"""How the time of a piece of work grows: what no text may make quadratic, on a fast machine or a slow one."""

import time
from collections.abc import Callable


def assert_grows_with_length_only(work: Callable[[str], object], once: str, eightfold: str) -> None:
    """The best of three runs each, over a text and over one of the same kind that is eight times as long."""

    def seconds(text: str) -> float:
        times = []
        for _ in range(3):
            start = time.perf_counter()
            work(text)
            times.append(time.perf_counter() - start)
        return min(times)

    assert seconds(eightfold) < 30 * seconds(once) + 0.02  # 8 if linear, 64 if quadratic
