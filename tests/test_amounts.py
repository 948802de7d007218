import pytest

from kzchat.facts import mismatches


def missing_numbers(claim: str, source: str) -> list[str]:
    return [mismatch.text for mismatch in mismatches(claim, source) if mismatch.kind == "number"]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Copper output fell by 20 % in the quarter.", "Copper output fell by a fifth in the quarter."),
        ("La production de cuivre a reculé d'un cinquième.", "Copper output fell by 20 per cent in the quarter."),
        ("Deux tiers des pays ont signé le pacte.", "Le pacte a été signé par 67 % des pays."),
        ("Les pièces avaient été saisies au XIXe siècle.", "Les pièces avaient été saisies en 1897."),
        ("The flood of the 20th century drowned the port.", "The flood of 2000 drowned the port."),
        ("Plus de deux mille personnes ont fui.", "Les crues ont contraint 2 300 habitants à fuir."),
        ("Nearly 500 workers walked out.", "The union said that 486 workers walked out."),
        ("La part est de 25 pour cent.", "بلغت الحصة ربع الإنتاج."),
        ("بلغت الحصة 25 في المئة.", "La part est d'un quart."),
        ("Environ 150 maisons ont brûlé.", "Le feu a détruit 143 maisons."),
        ("صُوِّر الفيلم في ثلاثة وعشرين يوما.", "The film was shot in 23 days."),
    ],
)
def test_another_form_of_the_same_number(claim: str, source: str) -> None:
    assert missing_numbers(claim, source) == []


@pytest.mark.parametrize(
    ("claim", "source", "missing"),
    [
        ("Copper output fell by 25 % in the quarter.", "Copper output fell by a fifth in the quarter.", "25"),
        ("Output rose to 20 tons.", "Output rose by a fifth.", "20"),
        ("Les pièces avaient été saisies au XVIIIe siècle.", "Les pièces avaient été saisies en 1897.", "XVIIIe"),
        ("Plus de 3 000 personnes ont fui.", "Les crues ont contraint 2 300 habitants à fuir.", "3 000"),
        ("Plus de 1 000 personnes ont fui.", "Les crues ont contraint 2 300 habitants à fuir.", "1 000"),
        ("Nearly 500 workers walked out.", "The union said that 510 workers walked out.", "500"),
        ("About 500 workers walked out.", "The union said that 700 workers walked out.", "500"),
        ("The strike lasted more than four days.", "The strike lasted five days.", "four"),
        ("Plus de 2 000 personnes ont fui.", "En 2024, 300 personnes ont fui.", "2 000"),
        ("About 540 workers walked out.", "About 500 workers walked out.", "540"),
        ("No more than 500 workers walked out.", "The union said that 610 workers walked out.", "500"),
        ("Погибли не более 500 человек.", "Погибли 610 человек.", "500"),
        ("Exports rose by 50 %.", "Exports rose in the first half of the year.", "50"),
        ("L'UE paie 33 % du port.", "L'UE a cédé le port à un tiers.", "33"),
        ("Au XXe siècle, des élèves y vivaient.", "Il y avait 2 000 élèves.", "XXe"),
        ("Output fell by 20 percentage points.", "Output fell by a fifth.", "20"),
    ],
)
def test_another_number(claim: str, source: str, missing: str) -> None:
    assert missing_numbers(claim, source) == [missing]
