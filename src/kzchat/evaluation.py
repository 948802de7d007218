"""Gold cases in, results and rates with their uncertainty out.

A case file is JSON Lines in one of two schemas: the project's own (`eval/gold`, which names supporting sentences)
or that of public question sets (`lang`, and `relevant` or `contexts`, which name files). Labels name files and
quoted sentences, never ids of the index, so that they outlive another splitting. Metrics are pure functions.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import median
from typing import Any

from anyascii import anyascii
from pydantic import TypeAdapter, ValidationError

from kzchat.errors import EvalError, KzchatError
from kzchat.languages import LANGUAGES, detect_language
from kzchat.render import answer_json
from kzchat.schema import Answer, EvalCase, EvalResult, Quote, RetrievedPassage, Sentence, Timings

_RETRIEVED = 5  # passages that count as found
_INFLECTED_FROM = 5  # letters; a shorter word with another ending is often another word
_GIVE_UP_AFTER = 3  # failures from the first case on: the setup is wrong, not the question
_Z95 = 1.959964  # two-sided 95 % quantile of the normal distribution


_PUBLIC = "public"  # the kind of a case that names files instead of sentences
_CASE = TypeAdapter(EvalCase)


def load_cases(path: Path, corpus_texts: Mapping[str, str] | None) -> list[EvalCase]:
    """Read a case file, checking every label against the articles.

    Args:
        path: JSON Lines in either schema.
        corpus_texts: file to text of each article; None: files and quotes are not checked.

    Raises:
        EvalError: the file or one of its lines cannot be used; names `file:line` and what to do.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        remedy = "Name a file of cases in UTF-8 with --cases FILE.jsonl."
        raise EvalError(f"The case file {path} cannot be read: {why}.", remedy) from error
    cases: dict[str, EvalCase] = {}
    for number, line in enumerate(content.split("\n"), start=1):  # splitlines would also split inside strings
        if not line.strip():
            continue
        where = f"{path}:{number}"
        case = _parse(line, where)
        if case.id in cases:
            raise EvalError(f"{where} repeats the id {case.id}.", "Give each case an id of its own.")
        _check(case, where, corpus_texts)
        cases[case.id] = case
    if not cases:
        raise EvalError(
            f"The case file {path} holds no case.", "Write one case a line, as in eval/gold/seeds.dev.jsonl."
        )
    return list(cases.values())


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
        return _CASE.validate_json(json.dumps(row), strict=True)
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
    return {**kept, "kind": _PUBLIC, "language": row["lang"], **labels}


def _check(case: EvalCase, where: str, corpus_texts: Mapping[str, str] | None) -> None:
    if case.language not in LANGUAGES:
        remedy = f"Use one of: {', '.join(LANGUAGES)}."
        raise EvalError(f"{where} has the unknown language {case.language}.", remedy)
    if case.kind != _PUBLIC:
        if not (case.answerable == bool(case.answers) == bool(case.supports)):
            problem = "must have answers and supports where it is answerable, and neither where it is not"
            raise EvalError(f"{where} {problem}.", "Correct answerable, answers or supports.")
        if not all(fold(alternative) for part in case.answers for alternative in part.split("|")):
            raise EvalError(f"{where} has an empty alternative in answers.", "Remove it, or the | beside it.")
    if corpus_texts is None:
        return
    for file in (*case.relevant, *(support.file for support in case.supports)):
        if file not in corpus_texts:
            raise EvalError(f"{where} names {file}, which is not in the corpus.", "Correct it, or set --corpus.")
    for file, quote in ((support.file, support.quote) for support in case.supports):
        if not quote.strip() or quote not in corpus_texts[file]:
            remedy = "Copy the sentence from the file, character by character."
            raise EvalError(f"{where} quotes what is not in {file}: {quote[:60]!r}.", remedy)


def fold(text: str) -> str:
    """Plain lower-case Latin letters and digits: accents and other scripts through anyascii, the rest one space."""
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(text).casefold()))


def is_correct(case: EvalCase, answer: Answer) -> bool:
    """Answerable: it was answered, and every required part has an alternative in the text. Else: it abstained.

    An alternative must begin where a word begins. Its end may be inflected ("terroris" in "terrorism") where it has
    at least 5 letters and ends in one. A case without parts is for retrieval: answering is all that is asked.
    """
    if not case.answerable:
        return answer.status == "abstained"
    text = fold(answer.text)
    return answer.status == "answered" and all(
        any(_occurs(fold(alternative), text) for alternative in part.split("|")) for part in case.answers
    )


def _occurs(alternative: str, text: str) -> bool:
    if not alternative:
        return False
    inflected = alternative[-1].isalpha() and sum(map(str.isalpha, alternative)) >= _INFLECTED_FROM
    return re.search(rf"\b{alternative}" + ("" if inflected else r"\b"), text) is not None


def hit_at(case: EvalCase, passages: Sequence[RetrievedPassage], k: int) -> bool | None:
    """Whether one of the first k passages, or its twin in another article, is or overlaps a supporting sentence.

    Overlap: same file, and one text within the other, white space apart. Where a case names files only, the file
    decides. One support is enough, also where an answer needs two. None: nothing is to be found.
    """
    if not case.supports and not case.relevant:
        return None
    found = [sentence for passage in passages[:k] for sentence in (passage.sentence, *passage.also_in)]
    if not case.supports:
        return any(sentence.file in case.relevant for sentence in found)
    return any(_overlaps(sentence, support) for sentence in found for support in case.supports)


def _overlaps(sentence: Sentence, support: Quote) -> bool:
    text, quote = " ".join(sentence.text.split()), " ".join(support.quote.split())
    return bool(text) and sentence.file == support.file and (text in quote or quote in text)


def cites_right_file(case: EvalCase, answer: Answer) -> bool | None:
    """Whether the answer cites something, and only files that hold the answer.

    None: it abstained, the case is unanswerable, or the case names no file.
    """
    files = {support.file for support in case.supports} | set(case.relevant)
    if not case.answerable or answer.status != "answered" or not files:
        return None
    cited = {citation.file for citation in answer.citations}
    return bool(cited) and cited <= files


def language_matches(case: EvalCase, answer: Answer) -> bool:
    """Whether the sentences in the answer's own words are in the question's language.

    Quotations stay in the language of their article and do not count; True where there is nothing else.
    """
    own = _own_words(answer)
    return not own or detect_language(own) == case.language


def _own_words(answer: Answer) -> str:
    if answer.status == "abstained":
        return ""
    return " ".join(claim.text for claim in answer.sentences if claim.verdict == "supported")


def wilson(successes: int, count: int) -> tuple[float, float]:
    """95 % score interval of a proportion (E. B. Wilson, JASA 22, 1927, pp. 209-212); (0, 1) where count is 0."""
    if count == 0:
        return 0.0, 1.0
    share, z2 = successes / count, _Z95**2
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z95 * sqrt(share * (1 - share) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    successes: int
    count: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None of none."""
        return self.successes / self.count if self.count else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, by `wilson`."""
        return wilson(self.successes, self.count)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to. Times are of the cases without an error."""

    cases: int
    answerable: int
    unanswerable: int
    hit_at_5: Rate  # of the cases with something to be found, without errors
    correct: Rate  # of the answerable with a known answer; an error is a failure
    cites_right_file: Rate  # of the answered answerable
    correct_abstention: Rate  # of the unanswerable; an error is a failure
    false_abstention: Rate  # of the answerable; an error is none
    language_match: Rate  # of the answers with a sentence in their own words
    median_seconds: float | None
    median_first_token_seconds: float | None
    errors: int


def summarise(results: Sequence[EvalResult]) -> Summary:
    """Count. Pure; the order does not matter."""
    answerable = [result for result in results if result.case.answerable]
    unanswerable = [result for result in results if not result.case.answerable]
    sound = [result for result in results if not result.error]
    first = [t / 1000 for r in sound if (t := r.answer.timings.first_token_ms) is not None]
    return Summary(
        cases=len(results),
        answerable=len(answerable),
        unanswerable=len(unanswerable),
        hit_at_5=_rate(result.hit_at_5 for result in results),
        correct=_rate(result.correct for result in answerable if result.case.answers),
        cites_right_file=_rate(result.cites_right_file for result in answerable),
        correct_abstention=_rate(result.correct for result in unanswerable),
        false_abstention=_rate(result.answer.status == "abstained" and not result.error for result in answerable),
        language_match=_rate(result.language_matches for result in sound if _own_words(result.answer)),
        median_seconds=median(result.answer.timings.total_ms / 1000 for result in sound) if sound else None,
        median_first_token_seconds=median(first) if first else None,
        errors=len(results) - len(sound),
    )


def _rate(outcomes: Iterable[bool | None]) -> Rate:
    known = [outcome for outcome in outcomes if outcome is not None]
    return Rate(sum(known), len(known))


def run(
    cases: Sequence[EvalCase],
    ask: Callable[[EvalCase], Answer],
    on_result: Callable[[EvalResult], None],
) -> list[EvalResult]:
    """Ask every case in turn; one that fails is recorded and the run goes on.

    Args:
        ask: answers a case.
        on_result: told each result at once, so that an interrupted run keeps what it has.

    Raises:
        KzchatError: the first 3 cases all failed; the last of their errors.
    """
    results: list[EvalResult] = []
    for case in cases:
        failure: KzchatError | None = None
        try:
            result = judge(case, ask(case))
        except KzchatError as error:
            failure = error
            none = Answer(case.question, case.language, "abstained", None, (), (), "", "embedded", "", Timings())
            result = EvalResult(case, none, None, False, None, False, str(error))
        results.append(result)
        on_result(result)
        if failure and len(results) == _GIVE_UP_AFTER and all(earlier.error for earlier in results):
            raise failure
    return results


def judge(case: EvalCase, answer: Answer) -> EvalResult:
    """Every metric of one answer."""
    return EvalResult(
        case,
        answer,
        hit_at(case, answer.evidence, _RETRIEVED),
        is_correct(case, answer),
        cites_right_file(case, answer),
        language_matches(case, answer),
    )


def to_json(result: EvalResult) -> dict[str, Any]:
    """One line of a results file: the case, what was asked of it, and the answer as `kzchat ask --json` prints it."""
    return {
        "id": result.case.id,
        "kind": result.case.kind,
        "answerable": result.case.answerable,
        "answers": list(result.case.answers),
        "hit_at_5": result.hit_at_5,
        "correct": result.correct,
        "cites_right_file": result.cites_right_file,
        "language_matches": result.language_matches,
        "error": result.error,
        "gate_log_odds": result.answer.gate_log_odds,
        "answer": answer_json(result.answer),
    }


def append_jsonl(path: Path, result: EvalResult) -> None:
    """Add one line to a results file, making its folder where needed.

    Raises:
        EvalError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(to_json(result), ensure_ascii=False) + "\n")
    except OSError as error:
        raise EvalError(
            f"The results file {path} cannot be written: {error.strerror or error}.", "Name another file."
        ) from error
