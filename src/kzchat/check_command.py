"""What `kzchat check` does: a text or pairs in, verdicts with their sources out."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from kzchat.calibration import calibration_of
from kzchat.checking import MAX_CHARS, check_pairs
from kzchat.errors import UsageError
from kzchat.render import citation_label, one_line
from kzchat.schema import CheckedSentence
from kzchat.settings import Settings

if TYPE_CHECKING:
    from kzchat.assistant import Assistant

_STYLES = {"supported": "green", "contradicted": "red", "not_found": "yellow"}
_NAMES = {"supported": "supported", "contradicted": "contradicted", "not_found": "not found"}


def given_text(words: Sequence[str] | None, file: Path | None) -> str:
    """The text of the arguments, of standard input (-) or of a file.

    Raises:
        UsageError: none or two of them, or the file cannot be read.
    """
    if file is not None and words:
        raise UsageError("There is a text and a --file.", "Give one of the two.")
    if file is not None:
        try:
            return file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise UsageError(f"The file {file} cannot be read: {why}.", "Name a text file in UTF-8.") from error
    text = " ".join(words or ())
    return sys.stdin.read(MAX_CHARS + 1) if text == "-" else text


def print_checked(
    assistant: "Assistant",
    text: str,
    facts_only: bool,
    as_json: bool,
    console: Console,
    say: Callable[[str], None],
) -> bool:
    """Print each sentence with its verdict as it is known.

    Returns:
        Whether all are supported.
    """
    checked: list[CheckedSentence] = []
    for sentence in assistant.check(text, facts_only):
        checked.append(sentence)
        if not as_json:
            _print(sentence, console)
    model = assistant.model
    judge = f"{model.name} ({model.backend})" if model else "facts only"
    if as_json:
        print(json.dumps([_plain(each) for each in checked], ensure_ascii=False, indent=2))
    else:
        supported = sum(each.verdict == "supported" for each in checked)
        console.print(f"\n{supported} of {len(checked)} sentences are supported.")
    if model is not None and calibration_of(model.digest, assistant.settings.home) is None:
        say(_facts_alone(model.name))
    say(f"checked by {judge}, index {assistant.index.fingerprint}")
    return all(each.verdict == "supported" for each in checked)


def _print(sentence: CheckedSentence, console: Console) -> None:
    def line(text: Text) -> None:
        console.print(text, soft_wrap=not console.is_terminal)

    style = _STYLES[sentence.verdict]
    line(Text.assemble((f"{_NAMES[sentence.verdict]:<13}", style), one_line(sentence.text)))
    for reason in sentence.reasons:
        line(Text(f"{'':13}{reason}", style="dim"))
    for citation in sentence.citations:
        line(Text(f"{'':13}« {one_line(citation.quote)} »"))
        place = f"{citation_label(citation)} #{citation.start}-{citation.end}"
        line(Text(f"{'':13}{place}", style="dim"))


def _facts_alone(model: str) -> str:
    return f"The judgement of {model} is not calibrated: facts alone decide. Run: kzchat calibrate"


def _plain(sentence: CheckedSentence) -> dict[str, Any]:
    """What `--json` prints for a sentence."""
    return asdict(sentence)


def print_pairs(settings: Settings, path: Path, facts_only: bool, say: Callable[[str], None]) -> bool:
    """Print a verdict for each pair, one JSON object a line.

    Returns:
        Whether all claims are supported.
    """
    from kzchat.entailment import support_odds
    from kzchat.llm import open_model

    log_odds = thresholds = None
    if not facts_only:
        model, notice = open_model(settings)
        if notice:
            say(notice)
        calibration = calibration_of(model.digest, settings.home)
        if calibration is None:
            say(_facts_alone(model.name))
        else:
            log_odds, thresholds = support_odds(model), calibration.thresholds
    supported = True
    for row in check_pairs(path, log_odds, thresholds):
        supported = supported and row["verdict"] == "supported"
        print(json.dumps(row, ensure_ascii=False), flush=True)
    return supported
