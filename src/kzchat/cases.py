"""Gold cases: files of them read and checked, chosen among, and written.

A case file is JSON Lines in one of two schemas: the project's own (`eval/gold/README.md`, which names supporting
sentences) or that of public question sets (`lang`, and `relevant` or `contexts`, which name files).
"""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kzchat.errors import EvalError, UsageError
from kzchat.languages import LANGUAGES
from kzchat.schema import EvalCase
from kzchat.scoring import fold

PUBLIC = "public"  # the kind of a case that names files instead of sentences
GOLD = Path("eval/gold")
SPLITS = {
    "dev": (GOLD / "seeds.dev.jsonl",),
    "test": (GOLD / "seeds.test.jsonl",),
    "all": (GOLD / "seeds.dev.jsonl", GOLD / "seeds.test.jsonl"),
}
_CASE = TypeAdapter(EvalCase)


def split_files(split: str) -> tuple[Path, ...]:
    """The project's own case files.

    Raises:
        UsageError: there is no such split.
        EvalError: they are not in the current folder.
    """
    if split not in SPLITS:
        raise UsageError(f"There is no split {split}.", f"Use one of: {', '.join(SPLITS)}.")
    for path in SPLITS[split]:
        if not path.exists():
            raise EvalError(f"The case file {path} is not here.", "Go to kzchat's folder, or name one with --cases.")
    return SPLITS[split]


def load_cases(path: Path, corpus_texts: Mapping[str, str] | None) -> list[EvalCase]:
    """Read a case file, checking every label against the articles.

    Args:
        path: JSON Lines in either schema.
        corpus_texts: file to text of each article; None: files and quotes are not checked.

    Raises:
        EvalError: the file or one of its lines cannot be used; names `file:line` and what to do.
    """
    cases: dict[str, EvalCase] = {}
    for number, line in _lines(path):
        where = f"{path}:{number}"
        case = _parse(line, where)
        if case.id in cases:
            raise EvalError(
                f"{where} repeats the id {case.id} of {cases[case.id].where}.", "Give each case an id of its own."
            )
        _check(case, where, corpus_texts)
        cases[case.id] = case
    if not cases:
        raise EvalError(
            f"The case file {path} holds no case.", "Write one case a line, as in eval/gold/seeds.dev.jsonl."
        )
    return list(cases.values())


def load_all(paths: Sequence[Path], corpus_texts: Mapping[str, str] | None) -> list[EvalCase]:
    """Several files as one.

    Raises:
        EvalError: as `load_cases`; or two files share an id.
    """
    cases: dict[str, EvalCase] = {}
    for path in paths:
        for case in load_cases(path, corpus_texts):
            if case.id in cases:
                raise EvalError(
                    f"{case.where} repeats the id {case.id} of {cases[case.id].where}.",
                    "Give each case an id of its own.",
                )
            cases[case.id] = case
    return list(cases.values())


def chosen(
    cases: Sequence[EvalCase],
    kinds: Collection[str] = (),
    languages: Collection[str] = (),
    ids: Collection[str] = (),
    drafts: bool = False,
    limit: int | None = None,
) -> list[EvalCase]:
    """The cases that are asked for; each collection that is empty lets all through.

    Raises:
        UsageError: a kind, language or id that no case has, or none is left.
    """
    for what, wanted, known in (
        ("kind", kinds, {case.kind for case in cases}),
        ("language", languages, {case.language for case in cases}),
        ("id", ids, {case.id for case in cases}),
    ):
        if unknown := sorted(set(wanted) - known):
            some = ", ".join(sorted(known)[:20])
            raise UsageError(f"No case has the {what} {unknown[0]}.", f"These cases have: {some}.")
    kept = [
        case
        for case in cases
        if (drafts or not case.draft)
        and (not kinds or case.kind in kinds)
        and (not languages or case.language in languages)
        and (not ids or case.id in ids)
    ][:limit]
    if not kept:
        waiting = sum(case.draft for case in cases)
        remedy = 'Accept some (remove `"draft": true`), or add --drafts.' if waiting else "Ask for less at once."
        raise UsageError(f"No case is left of {len(cases)} ({waiting} are drafts).", remedy)
    return kept


def load_ids(path: Path) -> list[str]:
    """The ids that a text file lists, one a line; lines with # are comments.

    Raises:
        EvalError: it cannot be read, or lists none.
    """
    ids = [line.strip() for _, line in _lines(path) if not line.lstrip().startswith("#")]
    if not ids:
        raise EvalError(f"The file {path} lists no case.", "Write one id a line.")
    return ids


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise EvalError(
            f"The case file {path} cannot be read: {why}.", "Name a file of cases in UTF-8 with --cases FILE.jsonl."
        ) from error
    numbered = enumerate(content.split("\n"), start=1)  # splitlines would also split inside strings
    return [(number, line) for number, line in numbered if line.strip()]


def _parse(line: str, where: str) -> EvalCase:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise EvalError(f"{where} is not a JSON object.", "Write one JSON object a line.")
        if "lang" in row:
            row = _from_public(row)
        if "history" in row:
            turns = [{"question": turn["question"], "answer_text": turn["answer"]} for turn in row["history"]]
            row = {**row, "history": turns}
        return _CASE.validate_json(json.dumps({**row, "where": where}), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise EvalError(f"{where} cannot be used: {name}: {first['msg']}.", f"Add or correct {name}.") from error
    except KeyError as error:
        raise EvalError(f"{where} lacks the field {error.args[0]}.", "Add it.") from error
    except (TypeError, AttributeError) as error:
        raise EvalError(f"{where} has a field of the wrong kind ({error}).", "Correct it.") from error
    except ValueError as error:
        raise EvalError(f"{where} is not JSON ({error}).", "Write one JSON object a line.") from error


def _from_public(row: dict[str, Any]) -> dict[str, Any]:
    """The other schema in the words of EvalCase: any one of its answers will do, so they are one part."""
    if not isinstance(row["answers"], list):
        raise TypeError("answers is not a list")
    accepted = [answer.replace("|", " ") for answer in row["answers"]]
    if "contexts" in row:
        relevant = [context["id"] for context in row["contexts"] if context["relevant"]]
    else:
        relevant = row["relevant"]
    answers = ["|".join(accepted)] if accepted else []
    kept = {name: row[name] for name in ("id", "question", "answerable")}
    candidates = [context["id"] for context in row.get("contexts", [])]
    labels = {"answers": answers, "relevant": relevant, "candidates": candidates}
    return {**kept, "kind": PUBLIC, "language": row["lang"], **labels}


def _check(case: EvalCase, where: str, corpus_texts: Mapping[str, str] | None) -> None:
    if case.language not in LANGUAGES:
        remedy = f"Use one of: {', '.join(LANGUAGES)}."
        raise EvalError(f"{where} has the unknown language {case.language}.", remedy)
    if case.kind != PUBLIC:
        if not (case.answerable == bool(case.answers) == bool(case.supports)):
            problem = "must have answers and supports where it is answerable, and neither where it is not"
            raise EvalError(f"{where} {problem}.", "Correct answerable, answers or supports.")
        if not all(fold(alternative) for part in case.answers for alternative in part.split("|")):
            raise EvalError(f"{where} has an empty alternative in answers.", "Remove it, or the | beside it.")
    if corpus_texts is None:
        return
    for file in (*case.relevant, *case.excluded, *(support.file for support in case.supports)):
        if file not in corpus_texts:
            raise EvalError(f"{where} names {file}, which is not in the corpus.", "Correct it, or set --corpus.")
    for file, quote in ((support.file, support.quote) for support in case.supports):
        if not quote.strip() or quote not in corpus_texts[file]:
            remedy = "Copy the sentence from the file, character by character."
            raise EvalError(f"{where} quotes what is not in {file}: {quote[:60]!r}.", remedy)


# ------------------------------------------------------------------------------------------------------ written


def case_from_answer(
    answer: dict[str, Any],
    case_id: str,
    kind: str = "fact",
    accepted: tuple[str, ...] | None = None,
    answerable: bool | None = None,
    why: str = "",
) -> dict[str, Any]:
    """A gold case from an answer that a reader has seen: accepted as it is, or corrected.

    Args:
        answer: the object that `kzchat ask --json` prints.
        case_id: unique in the file that it goes to.
        kind: of the question, as in `eval/gold/README.md`; an unanswerable one that is called a fact becomes
            not_stated, or what the answer's reason says.
        accepted: required parts of a right answer, alternatives separated by "|". None: the answer's own text, whole;
            fewer words make a better case.
        answerable: whether the articles hold the answer. None: as kzchat found.
        why: how one can tell.

    Returns:
        A row of a case file. Its supports are the sentences that the answer cites.

    Raises:
        EvalError: the answer lacks a field, or an answerable case would have no answer or no cited sentence.
    """
    try:
        question, language = answer.get("completed_question") or answer["question"], answer["language"]
        status, reason, shown = answer["status"], answer["reason"], answer["sentences"]
        sentences = [sentence for sentence in shown if sentence["verdict"] != "withheld"]
        cited = [(citation["file"], citation["quote"]) for one in sentences for citation in one["citations"]]
        texts = [sentence["text"] for sentence in sentences]
    except (KeyError, TypeError, AttributeError) as error:
        raise EvalError(
            f"This is not an answer as `kzchat ask --json` prints it ({error}).", "Pass on what it printed, unchanged."
        ) from error
    if answerable is None:
        answerable = status == "answered"
    row: dict[str, Any] = {"id": case_id, "language": language, "question": question}
    if not answerable:
        kind = (reason if reason in ("false_premise", "out_of_scope") else "not_stated") if kind == "fact" else kind
        return {**row, "kind": kind, "answerable": False, "answers": [], "supports": [], "why": why}
    answers = [part.strip() for part in accepted or (" ".join(texts).replace("|", " "),) if fold(part)]
    supports = [{"file": file, "quote": quote} for file, quote in dict.fromkeys(cited)]
    if not answers or not supports:
        raise EvalError(
            "This answer cites no sentence, so no case of an answerable question can be made from it.",
            "Save it as unanswerable, or write the case by hand as in eval/gold/README.md.",
        )
    return {**row, "kind": kind, "answerable": True, "answers": answers, "supports": supports, "why": why}


def next_id(path: Path) -> str:
    """An id of the form saved-N that no case of the file has.

    Raises:
        EvalError: the file cannot be read.
    """
    taken = {case.id for case in load_cases(path, None)} if path.exists() and path.stat().st_size else set()
    number = 1
    while f"saved-{number}" in taken:
        number += 1
    return f"saved-{number}"


def append_case(path: Path, row: dict[str, Any]) -> None:
    """Add one case to a file, making it and its folder where needed; nothing is written where it cannot be used.

    Raises:
        EvalError: the row is no case, its id is taken, or the file cannot be read or written.
    """
    where = f"the new case {row.get('id', '')}".rstrip()
    line = json.dumps(row, ensure_ascii=False)
    _check(_parse(line, where), where, None)
    if path.exists() and path.stat().st_size:
        taken = {case.id for case in load_cases(path, None)}
        if row["id"] in taken:
            raise EvalError(f"{path} has a case {row['id']} already.", "Give each case an id of its own.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+", encoding="utf-8", newline="\n") as file:
            file.seek(0)
            content = file.read()
            file.write(("" if not content or content.endswith("\n") else "\n") + line + "\n")
    except OSError as error:
        raise EvalError(
            f"The case file {path} cannot be written: {error.strerror or error}.", "Name another file."
        ) from error
