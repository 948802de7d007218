import itertools

import pytest

from kzchat.sentences import MAX_CHARS, sentence_spans


def split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentence_spans(text)]


# Each text is written with | where a reader would end a sentence.
BOUNDARIES = [
    "Il est venu. | Il a vu.",
    "M. Azoulay a reçu Mme Sailaukzy. | La rencontre a duré une heure.",
    "S.Sailaukzy briefed A.Azoulay. | He listened.",
    "S. Sailaukzy briefed A. Azoulay. | He listened.",
    "U.S. President Donald Trump spoke. | It was late.",
    "He lives in the U.S. | The rest do not.",
    "Il a dit : « Nous viendrons. » | Puis il est parti.",
    "Il a dit : « Nous viendrons. Nous vaincrons. »",  # the quotation is cut inside, see below
    "« Quoi ? » dit-il. | Personne ne répondit.",
    "Le PIB a crû de 4.5 % en 2025. | C'est peu.",
    "Elle pèse 3.5 kg.",
    "Le blé, l'orge, etc. | Les prix montent.",
    "Vers l'an 300 av. J.-C. il vivait là.",
    "Dr. Smith met Prof. Jones at 5 p.m. on Monday.",
    "It cost $5 million! | Who paid? | Nobody knows…",
    "Le 1er janvier, p. 12, fig. 3, tout change.",
    "Президент К. Токаев выступил. | Он говорил о реформах.",
    "В 2025 г. был подписан договор. | Стороны довольны.",
    "Рост составил 5 млн. тенге. | Это много.",
    "Қазақстан Президенті Қ. Тоқаев сөз сөйледі. | Ол реформалар туралы айтты.",
    "Кездесу Астанада өтті. | Оған елшілер қатысты.",
    "زار الرئيس الرباط. | وهل التقى الملك؟ | نعم.",
    "1. Premier point",
    "What?! | Really.",
    "Par : Hassan Ammari",
]


@pytest.mark.parametrize("marked", BOUNDARIES)
def test_boundaries(marked: str) -> None:
    expected = ["Il a dit : « Nous viendrons.", "Nous vaincrons. »"] if "vaincrons" in marked else marked.split(" | ")
    assert split(marked.replace(" | ", " ")) == expected


def test_a_heading_without_a_full_stop_is_a_sentence_of_its_own() -> None:
    assert split("Une vision partagée\nLa coopération repose sur la paix.") == [
        "Une vision partagée",
        "La coopération repose sur la paix.",
    ]


def test_a_sentence_goes_on_over_blank_lines_after_a_possessive() -> None:
    text = "Agreements reached by Kazakhstan's\n\n\nForeign Minister and others."
    assert split(text) == [text]


def test_wrapped_lines_are_one_sentence() -> None:
    assert split("The meeting was held\nin Rabat on Thursday.") == ["The meeting was held\nin Rabat on Thursday."]


def test_non_breaking_spaces_and_guillemets_stay_inside() -> None:
    assert split("Il cite «\u00a0la paix\u00a0». Elle approuve.") == [
        "Il cite «\u00a0la paix\u00a0».",
        "Elle approuve.",
    ]


def test_a_run_without_a_full_stop_is_cut_at_a_clause() -> None:
    text = ", ".join(["une longue énumération sans fin"] * 100)
    spans = sentence_spans(text)
    assert len(spans) > 2
    assert all(span.end - span.start <= MAX_CHARS for span in spans)


@pytest.mark.parametrize("text", ["", " \n ", "***", "— … —"])
def test_nothing_to_say(text: str) -> None:
    assert sentence_spans(text) == []


def test_spans_are_ordered_disjoint_and_trimmed() -> None:
    text = "  A first one.  A second.\n\n\tA third\n- A fourth; no end"
    spans = sentence_spans(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert all(text[s.start : s.end] == text[s.start : s.end].strip() for s in spans)
