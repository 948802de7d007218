"""How the output of LlamaIndex's CitationQueryEngine is read."""

import pytest

from citation_output import convert, place, sentences
from kzchat.results import answer_from_json
from kzchat.schema import EvalCase, Quote
from kzchat.scoring import citation_precision, citation_recall, is_correct

TEXT = "Hier, rien. Le roi a reçu l’ambassadrice. Elle repart en mars."
CASE = EvalCase("c", "fr", "Qui ?", "fact", True, ("roi",), (Quote("a.txt", "Le roi a reçu l’ambassadrice."),))


def raw(text: str) -> dict[str, object]:
    sources = [{"file": "a.txt", "text": TEXT[:41], "score": 0.9}, {"file": "a.txt", "text": TEXT[42:], "score": None}]
    times = {"retrieval_ms": 1.0, "first_token_ms": 2.0, "total_ms": 3.0, "prompt_tokens": 4, "completion_tokens": 5}
    return {"text": text, "sources": sources, **times}


def test_marks_belong_to_their_sentence() -> None:
    assert sentences("Le roi l'a reçue [1]. Elle repart [2][1]. [2]") == [
        ("Le roi l'a reçue .", [1]),
        ("Elle repart .", [2, 1, 2]),
    ]
    assert sentences("Le roi. [1] Elle repart.") == [("Le roi.", [1]), ("Elle repart.", [])]
    assert sentences("") == []


def test_a_chunk_is_cited_at_its_place() -> None:
    answer = answer_from_json(
        convert({"question": "Qui ?", "language": "fr"}, raw("Le roi [1]. Elle repart [2] [7]."), {"a.txt": TEXT})
    )
    first, second = answer.sentences
    assert TEXT[first.citations[0].start : first.citations[0].end] == first.citations[0].quote == TEXT[:41]
    assert [citation.n for citation in second.citations] == [2]  # there is no seventh source
    assert (citation_precision(CASE, answer), citation_recall(CASE, answer)) == ((1, 2), (1, 2))
    assert is_correct(CASE, answer)
    assert place({"text": "Rien de tel."}, TEXT) == place({"text": " "}, TEXT) == (0, 0)
    assert place({"text": "rien. Le  roi"}, TEXT.replace(" ", "\u00a0")) == (6, 18)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The provided sources do not mention who received her.", "abstained"),
        ("I'm sorry, but there is no information about this.", "abstained"),
        ("Les sources fournies ne mentionnent pas le budget [1].", "abstained"),
        ("В источниках нет информации о бюджете.", "abstained"),
        ("لا توجد معلومات عن ذلك في المصادر.", "abstained"),
        ("", "abstained"),
        ("Le roi a reçu l’ambassadrice [1].", "answered"),
        ("Le roi n’a pas reçu l’ambassadrice [1].", "answered"),
        ("The king received the ambassador [1]. The date is not mentioned.", "answered"),
    ],
)
def test_it_abstains_in_words(text: str, status: str) -> None:
    assert convert({"question": "Qui ?", "language": "fr"}, raw(text), {})["status"] == status
