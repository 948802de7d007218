"""Cases asked one after the other, results out as soon as each is known."""

from collections.abc import Callable, Collection, Mapping, Sequence

from kzchat.assistant import Assistant
from kzchat.embedding import Embedder
from kzchat.errors import EvalError, KzchatError
from kzchat.index import Index
from kzchat.llm import ChatModel
from kzchat.metrics import Scored
from kzchat.retrieval import Retriever
from kzchat.schema import Answer, EvalCase, EvalResult, Filters, RetrievedPassage, Timings
from kzchat.scoring import score
from kzchat.settings import Settings

_GIVE_UP_AFTER = 3  # failures in a row: the setup is wrong, not the question


def filters_of(case: EvalCase, files: Collection[str]) -> Filters | None:
    """What a case may find: within its own passages where it brings some, and never in what it excludes.

    Args:
        case: to be searched for.
        files: all that are indexed.
    """
    if not case.candidates and not case.excluded:
        return None
    within = case.candidates or sorted(files)
    return Filters(files=tuple(file for file in within if file not in case.excluded))


class _LimitedRetriever(Retriever):
    """A retriever that can be kept to some files."""

    limit: Filters | None = None

    def search(
        self, question: str, limit: int, filters: Filters | None = None, asked: str | None = None
    ) -> list[RetrievedPassage]:
        return super().search(question, limit, filters or self.limit, asked)


class EvalAssistant(Assistant):
    """The assistant as it is, but each case sees only the files that it may see."""

    def __init__(self, settings: Settings, index: Index, embedder: Embedder, model: ChatModel) -> None:
        """Ask `model`, which is open."""
        super().__init__(settings, index, embedder, lambda: (model, None))
        self._limited = _LimitedRetriever(index, embedder, settings)
        self._retriever = self._limited

    def ask_case(self, case: EvalCase) -> Answer:
        """Answer a case whole."""
        self._limited.limit = filters_of(case, self.index.manifest.by_file())
        return self.ask(case.question, case.language, case.history).result()


def run(
    cases: Sequence[EvalCase],
    ask: Callable[[EvalCase], Answer],
    on_result: Callable[[EvalResult], None],
    repeat: int = 1,
    have: Collection[tuple[str, int]] = (),
) -> list[EvalResult]:
    """Ask every case in turn, all of them once before any a second time; a failure is recorded and the run goes on.

    Args:
        cases: to be asked.
        ask: answers a case.
        on_result: told each result at once, so that an interrupted run keeps what it has.
        repeat: how often each is asked.
        have: (id, round) of what need not be asked.

    Returns:
        The new results.

    Raises:
        EvalError: three cases in a row failed; names the last one's file and line.
    """
    results: list[EvalResult] = []
    failures = 0
    for number in range(repeat):
        for case in cases:
            if (case.id, number) in have:
                continue
            try:
                result = EvalResult(case, ask(case), repeat=number)
                failures = 0
            except KzchatError as error:
                failure = error
                failures += 1
                result = EvalResult(case, _no_answer(case), str(error), number)
            results.append(result)
            on_result(result)
            if failures == _GIVE_UP_AFTER:
                raise EvalError(
                    f"{failures} cases in a row failed, the last at {case.where or case.id}: {failure.message}",
                    f"{failure.remedy} Then run the same command again: it goes on from here.",
                ) from failure
    return results


def _no_answer(case: EvalCase) -> Answer:
    return Answer(case.question, case.language, "abstained", None, (), (), "", "embedded", "", Timings())


def found_answer(case: EvalCase, passages: Sequence[RetrievedPassage], fingerprint: str, milliseconds: float) -> Answer:
    """What a search alone found, in the form of an answer, so that it is saved and compared like one."""
    timings = Timings(milliseconds, milliseconds, None, milliseconds)
    return Answer(
        case.question, case.language, "abstained", None, (), tuple(passages), "", "embedded", fingerprint, timings
    )


def scored(results: Sequence[EvalResult], languages: Mapping[str, str]) -> list[Scored]:
    """Each result with its scores; `languages` as for `scoring.score`."""
    return [Scored(result, score(result, languages)) for result in results]
