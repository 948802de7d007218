"""What `kzchat feedback` does: what readers said of the page's answers, listed, or made into gold questions."""

import json
import sys
from pathlib import Path

from kzchat.conversations import Conversations, conversations_path
from kzchat.errors import UsageError
from kzchat.reader import Feedback
from kzchat.render import answer_json
from kzchat.settings import Settings

_ID_CHARS = 12  # of a turn's id: enough to name it


def list_feedback(settings: Settings, only: str | None, as_json: bool) -> None:
    """Print it, oldest first; `only` an answer's id or its beginning."""
    found = _found(settings, only)
    if as_json:
        rows = [
            {
                "id": one.turn,
                "judgement": one.judgement,
                "why": one.why,
                "given": one.given,
                "answer": answer_json(one.answer),
            }
            for one in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found:
        why = f" ({one.why})" if one.why else ""
        print(f"{one.turn[:_ID_CHARS]}  {one.given[:16].replace('T', ' ')}  {one.judgement}{why}")
        print(f"    {one.answer.completed_question or one.answer.question}")
        print(f"    {one.answer.text}")
    if not found:
        print("Nobody has said right or wrong of an answer yet: kzchat serve has the buttons.", file=sys.stderr)


def make_cases(settings: Settings, path: Path, only: str | None, accepted: tuple[str, ...], unanswerable: bool) -> None:
    """Append gold questions to a file: answers that were right as they are, wrong ones where the right one is given.

    Raises:
        UsageError: a correction is given, but not of which answer.
        EvalError: the file cannot be used.
    """
    from kzchat.cases import append_case, case_from_answer

    if (accepted or unanswerable) and only is None:
        raise UsageError("A correction is of one answer.", "Name it with --id, as kzchat feedback lists it.")
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    corrected = bool(accepted or unanswerable)
    written = skipped = 0
    for one in _found(settings, only):
        id_ = f"page-{one.turn[:_ID_CHARS]}"
        if f'"{id_}"' in known:
            continue
        if one.judgement == "wrong" and not corrected:
            skipped += 1
            continue
        answerable = False if unanswerable else True if accepted else None
        row = case_from_answer(
            answer_json(one.answer), id_, accepted=accepted or None, answerable=answerable, why=one.why
        )
        append_case(path, row)
        written += 1
    print(f"{written} written to {path}")
    if skipped:
        print(
            f"{skipped} were wrong and are left out: say what is right, one at a time, with --id ID and "
            "--accepted TEXT or --unanswerable",
            file=sys.stderr,
        )


def _found(settings: Settings, only: str | None) -> list[Feedback]:
    store = Conversations(conversations_path(settings))
    try:
        found = [one for one in store.feedback() if only is None or one.turn.startswith(only)]
    finally:
        store.close()
    if only is not None and len(found) != 1:
        raise UsageError(f"{len(found)} judged answers have an id that begins with {only}.", "See: kzchat feedback")
    return found
