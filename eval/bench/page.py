"""What the chat page costs, with a model that answers at once: `python eval/bench/page.py [--questions 500]`.

Prints the time from a question to its first evidence (20 warm questions), the weight of the page and the time until it
can be used (headless Chromium, empty cache), and the memory of the server before and after many questions.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from browser import serve  # noqa: E402
from fake import FakeModel  # noqa: E402
from kzchat.heads import Asked  # noqa: E402
from kzchat.llm import Delta, Message  # noqa: E402
from page_client import PageClient  # noqa: E402

QUESTIONS = (
    "Depuis quand le Kazakhstan fait-il partie des Accords d'Abraham ?",
    "Who received the ambassador in Rabat?",
    "Кто принял посла в Рабате?",
    "Quels accords ont été signés en 2025 ?",
)


class Parrot(FakeModel):
    """Says the first sentence of its evidence, at once."""

    def log_odds(self, messages: Sequence[Message], asked: Asked) -> tuple[float, int]:
        """Yes."""
        return 3.0, 1

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[Delta]:
        """One sentence."""
        line = next(line for line in messages[-1].content.splitlines() if line.startswith("[1]"))
        yield Delta(line.split("] ", 1)[1].split(") ", 1)[-1], 1, 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=500)
    count = parser.parse_args().questions
    with tempfile.TemporaryDirectory() as home:
        server = serve(ROOT / "seeds", Path(home))
        parrot = Parrot()
        server.page._desk._opener = lambda settings: (parrot, None)
        with PageClient(server.address) as reader:
            for question in QUESTIONS:  # warm
                reader.answer(question)
        evidence = [first_evidence(server.address, QUESTIONS[number % 4]) for number in range(20)]
        middle, worst = statistics.median(evidence), max(evidence)
        print(f"first evidence, 20 warm questions: p50 {middle:.3f} s, worst {worst:.3f} s")
        weigh(server.address)
        remember(server.address, count)
        server.page.close()


def first_evidence(address: str, question: str) -> float:
    """Seconds from sending a question to the first HTML with evidence in it."""
    with PageClient(address) as reader:
        return next(seconds for seconds, html in reader.ask(question) if "<li>" in html)


def weigh(address: str) -> None:
    """Load the page five times with an empty cache."""
    from playwright.sync_api import sync_playwright

    times: list[float] = []
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(5):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            devtools = context.new_cdp_session(page)
            devtools.send("Network.enable")
            received: list[float] = []
            devtools.on("Network.loadingFinished", lambda event, to=received: to.append(event["encodedDataLength"]))
            start = perf_counter()
            page.goto(address)
            page.locator(".start").wait_for()
            page.locator("#question-box textarea").fill("x")
            times.append(perf_counter() - start)
            weight = f"{sum(received) / 1e6:.2f} MB in {len(received)} requests"
            context.close()
        browser.close()
    print(f"page: {weight}; usable after {statistics.median(times):.2f} s (median of 5, empty cache)")


def remember(address: str, count: int) -> None:
    """Ask many questions, four readers at a time, in conversations of ten."""
    before = resident()
    marks: list[str] = []

    def ask(number: int) -> None:
        with PageClient(address) as reader:
            for turn in range(10):
                reader.answer(QUESTIONS[(number + turn) % 4])

    for start in range(0, count // 10, 4):
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(start, min(start + 4, count // 10))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        marks.append(f"{resident():.0f}")
    print(f"memory: {before:.0f} MB, after each 40 of {count} questions: {', '.join(marks)} MB")


def resident() -> float:
    """This process's memory in MB (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1000


if __name__ == "__main__":
    main()
