"""Questions that ask two things: how they are taken apart, and that each part is answered."""

import pytest

from conftest import SEEDS
from fake import FakeModel, assistant_over
from kzchat.index import Index
from kzchat.parts import parts
from kzchat.schema import Answer, Exchange
from kzchat.settings import Settings

WHO_AND_WHERE = "Qui est le conseiller du roi Mohammed VI, et dans quelle ville a-t-il reçu l'ambassadrice ?"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (
            "Who ran the port of Aktau before Petrova, and why did she leave?",
            ("Who ran the port of Aktau before Petrova?", "why did she leave (Aktau, Petrova)?"),
        ),
        (
            "Qui a visité Rabat ? Et quand le traité a-t-il été signé à Astana ?",
            ("Qui a visité Rabat?", "Et quand le traité a-t-il été signé à Astana?"),
        ),
        (
            "La vente est prévue : à quelle date et à quel prix de départ ?",
            ("La vente est prévue : à quelle date?", "à quel prix de départ?"),
        ),
        (
            "О чём договорились Токаев и Путин и какие документы подписали?",
            ("О чём договорились Токаев и Путин?", "какие документы подписали (Токаев, Путин)?"),
        ),
        (
            "Who wrote War and Peace and when was it printed in New York?",
            ("Who wrote War and Peace?", "when was it printed in New York?"),
        ),
        ("Sait-on qui a tiré à Lomé ? Et pourquoi ?", ("Sait-on qui a tiré à Lomé?", "Et pourquoi (Lomé)?")),
        ("Когда открылся порт и сколько он стоил?", ("Когда открылся порт?", "сколько он стоил?")),
        ("Порт қашан ашылды және ол қанша тұрды?", ("Порт қашан ашылды?", "ол қанша тұрды?")),
        ("من هو السفير ومتى وصل إلى الرباط؟", ("من هو السفير؟", "متى وصل إلى الرباط؟")),
        ("من اشترى المصنع وبأي ثمن؟", ("من اشترى المصنع؟", "بأي ثمن؟")),
        ("كم يبلغ طول الجسر وما كلفته؟", ("كم يبلغ طول الجسر؟", "ما كلفته؟")),
    ],
)
def test_what_a_question_joins(question: str, asked: tuple[str, ...]) -> None:
    assert parts(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "Where and when was the congress held?",
        "Qui a visité Rabat et Astana ?",
        "Le ministre a-t-il dit que le port ouvrira et que les prix baisseront ?",
        "Qu'a dit le ministre qui a visité Rabat et Astana en mai ?",
        "Which countries and which organisations signed?",
        "Что сказал министр о том, что порт закрыт и что делать нечего?",
        "Le port est fermé. Quand a-t-il rouvert ?",
        "When?",
        "ماذا قال الوزير عن الميناء وما حوله؟",
        "Who is the minister who signed the deal and who later resigned?",
        "What is the difference between what the government promised and what it delivered?",
        "How does the EU decide who gets in and who stays out?",
        "Que sait-on du suspect et de ceux qui l'ont aidé ?",
        "What did Modi and Xi say when they met?",
        "Quels sont les liens entre le Maroc et les pays qui bordent la Caspienne ?",
    ],
)
def test_where_nothing_is_joined(question: str) -> None:
    assert parts(question) == (question,)


def asked(seeds_index: tuple[Settings, Index], question: str, model: FakeModel) -> Answer:
    return assistant_over(seeds_index, model).ask(question).result()


def test_each_part_is_answered_and_the_citations_are_numbered_through(seeds_index: tuple[Settings, Index]) -> None:
    replies = ["André Azoulay est le conseiller de Sa Majesté le Roi Mohammed VI.", "Il l'a reçue à Rabat."]
    model = FakeModel(replies=replies, odds=[2.0])
    answer = asked(seeds_index, WHO_AND_WHERE, model)
    assert len(answer.sentences) == 2
    assert answer.status == "answered"
    posed = [prompt[-1].content for prompt in model.prompts if "Answer only this part of it" in prompt[-1].content]
    assert ["Qui est le conseiller" in prompt.split("part of it:")[1] for prompt in posed] == [True, False]
    for claim in answer.sentences:
        for citation in claim.citations:
            assert (SEEDS / citation.file).read_text(encoding="utf-8")[citation.start : citation.end] == citation.quote
    cited = [(c.n, c.file, c.start) for claim in answer.sentences for c in claim.citations]
    assert len({number for number, *_ in cited}) == len(set(cited))


def test_what_one_part_cites_another_may_quote_but_nothing_is_said_twice(seeds_index: tuple[Settings, Index]) -> None:
    question = "Qui a reçu l'ambassadeure Saulekul Sailaukzy, et dans quel cadre l'a-t-il reçue ?"
    said = "André Azoulay a reçu l'ambassadeure de la République du Kazakhstan, Saulekul Sailaukzy."
    wrong = "Dans le cadre de 300 échanges axés sur l'état des relations et les perspectives de leur élargissement."
    model = FakeModel(replies=[said, wrong], odds=[2.0])
    answer = asked(seeds_index, question, model)
    assert [claim.verdict for claim in answer.sentences] == ["supported", "quoted"]
    assert {c.n for claim in answer.sentences for c in claim.citations[:1]} == {1}
    again = asked(seeds_index, question, FakeModel(replies=[said, said], odds=[2.0]))
    assert [claim.text for claim in again.sentences].count(said) == 1


def test_a_follow_up_does_not_ask_again_what_came_before(seeds_index: tuple[Settings, Index]) -> None:
    model = FakeModel(replies=["Nonsense.", "Il a été reçu à Rabat."], odds=[2.0])
    before = Exchange("Qui a visité Rabat en février 2025 ?", "Murat Nurtleu.")
    stream = assistant_over(seeds_index, model).ask("Et dans quelle ville a-t-il été reçu ?", history=[before])
    answer = stream.result()
    assert answer.completed_question is not None and before.question in answer.completed_question
    assert model.replies == []
