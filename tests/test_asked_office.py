import pytest

from gold import passage
from kzchat.asked_office import asked_offices, lacks_office
from kzchat.embedding import default_embedder
from kzchat.grounding import Grounder
from kzchat.selection import may_answer
from kzchat.support import Sources

AMBASSADOR = (frozenset({"ambassador"}),)
MAYOR = (frozenset({"mayor"}),)


@pytest.mark.parametrize(
    ("question", "offices"),
    [
        ("Who is Norway's ambassador in Lima?", AMBASSADOR),
        ("Who was appointed as the new ambassador to Peru?", AMBASSADOR),
        ("Qui est l'ambassadrice de Norvège au Pérou ?", AMBASSADOR),
        ("Comment s'appelle le nouvel ambassadeur norvégien ?", AMBASSADOR),
        ("Quel est le nom de l'ambassadeur de Norvège ?", AMBASSADOR),
        ("Quel était le nom du maire ?", MAYOR),
        ("What is the name of Norway's ambassador?", AMBASSADOR),
        ("ما اسم سفيرة النرويج؟", AMBASSADOR),
        ("Кто посол Норвегии в Перу?", AMBASSADOR),
        ("Как зовут нового посла Норвегии?", AMBASSADOR),
        ("Норвегияның Перудегі елшісі кім?", AMBASSADOR),
        ("من هو سفير النرويج في بيرو؟", AMBASSADOR),
        ("Who is the mayor?", MAYOR),
        ("Qui a été élu maire de Brest ?", MAYOR),
        ("Who was elected deputy mayor of Brest?", (frozenset({"deputy"}), *MAYOR)),
        ("Who is the mayor's lawyer?", (frozenset({"lawyer"}),)),
        ("Кто был избран мэром Бреста?", MAYOR),
        ("Кто мэр Бреста?", MAYOR),
        ("C'est qui le maire de Quimper ?", MAYOR),
        ("Who is the acting mayor?", MAYOR),
        # Nobody's office is asked for:
        ("Who is meeting the mayor today?", ()),
        ("Who is the mayor visiting?", ()),
        ("Who was the ambassador received by?", ()),
        ("Qui est l'ambassadeur venu voir ?", ()),
        ("Кто встретил посла?", ()),
        ("Кто был принят послом?", ()),
        ("Кто жена посла?", ()),
        ("Елшіні кім қабылдады?", ()),
        ("Елшімен кім кездесті?", ()),
        ("من هي زوجة السفير؟", ()),
        ("من كان مع السفير؟", ()),
        ("Who is the author of the report?", ()),  # "the report was written by Anna Holm"
        ("Who was received by the ambassador?", ()),
        ("Qui a reçu l'ambassadrice ?", ()),
        ("Who did the mayor meet?", ()),
        ("Who is Anna Holm, adviser to the king?", ()),
        ("Who is Doctor Holm?", ()),
        ("Who is in charge of the mayor's office?", ()),
        ("Кого принял посол?", ()),
        ("When did the mayor resign?", ()),
        ("Who was the mayor of Brest before Anna Holm?", ()),  # "she succeeds Paul Ravel"
    ],
)
def test_the_office_whose_holder_is_asked_for(question: str, offices: tuple[frozenset[str], ...]) -> None:
    assert asked_offices(question) == offices


@pytest.mark.parametrize(
    ("sentence", "lacking"),
    [
        ("L'ambassadrice de Norvège, Anna Holm, a salué l'accord.", False),
        ("Посол Норвегии Анна Хольм приветствовала соглашение.", False),
        ("Norway and Peru welcomed the agreement, said Anna Holm.", True),
        ("The Norwegian minister, Paul Ravel, went to Lima.", True),
        ("Norway's embassy in Lima will open a library.", True),
        ("Ambassador Holm went to Lima.", False),
        ("Mme Holm est l'ambassadrice.", False),
        ("Holm was made ambassador in May.", False),
        ("Анна Хольм — посол.", False),
        ("The ambassador is in Lima.", True),
    ],
)
def test_a_sentence_must_name_it(sentence: str, lacking: bool) -> None:
    assert lacks_office("Who is Norway's ambassador in Lima?", sentence) is lacking
    assert not lacks_office("Where did the ambassador go?", sentence)
    one = passage("a.txt", f"{sentence} Norway, Norvège, Норвегия, Lima.")
    assert may_answer("Who is Norway's ambassador in Lima?", one, [one]) is not lacking


def test_a_true_draft_about_another_is_replaced() -> None:
    minister = passage("a.txt", "The Norwegian minister, Paul Ravel, went to Lima with the delegation.")
    ambassador = passage("a.txt", "The ambassador of Norway in Lima, Anna Holm, met the delegation.")
    checker = Grounder(Sources([minister, ambassador], default_embedder()), "Who is Norway's ambassador in Lima?")
    claim = checker.check("The Norwegian minister, Paul Ravel, went to Lima.")
    assert (claim.verdict, claim.text) == ("quoted", ambassador.sentence.one_line)
    assert claim.reasons == ("it does not name the office that is asked about",)
    assert checker.check("The ambassador, Anna Holm, met the delegation.").reasons == ()
