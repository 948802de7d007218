"""What a text says about itself, and what it only seems to say."""

import pytest

from conftest import SEEDS
from kzchat.corpus import describe
from kzchat.dates import dates_in
from kzchat.extracted import Hints
from kzchat.schema import Article

FR = "Le ministre a reçu lundi l’ambassadrice du Kazakhstan pour parler des réformes et du blé que le Maroc achète."
EN = "The minister received the ambassador of Kazakhstan on Monday to speak of the reforms and of the wheat trade."
RU = "Министр принял в понедельник посла Казахстана, чтобы обсудить реформы и торговлю пшеницей с Марокко."
KK = "Министр дүйсенбіде Қазақстан елшісін қабылдап, реформалар мен бидай саудасын Мароккомен талқылады."
AR = "استقبل الوزير يوم الاثنين سفيرة كازاخستان لبحث الإصلاحات وتجارة القمح مع المغرب وسبل تعزيز التعاون."
BODY = {"fr": FR, "en": EN, "ru": RU, "kk": KK, "ar": AR}


def article(text: str) -> Article:
    return describe("a.txt", text, "0" * 64)


DATES = [
    ("fr", "Rabat, 29 janvier 2026 (MAP) – {}", "2026-01-29"),
    ("fr", "Rabat, le jeudi 29 janvier 2026\n{}", "2026-01-29"),
    ("fr", "Accord sur le blé\nPublié le 12 mars 2025 à 10h\n{}", "2025-03-12"),
    ("fr", "Accord sur le blé\nPublié le 12/03/2025 à 10:30\n{}", "2025-03-12"),
    ("fr", "Accord sur le blé\nLe 1er août 2025\n{}", "2025-08-01"),
    ("fr", "Par Hassan Ammari - 12 mars 2025\n{}", "2025-03-12"),
    ("fr", "Par Hassan Ammari, publié le 12 mars 2025\n{}", "2025-03-12"),
    ("fr", "Politique | Mercredi 12 mars 2025 | 10h30\n{}", "2025-03-12"),
    ("fr", "{}\n\nMAP - 29 janvier 2026", "2026-01-29"),
    ("fr", "Accord sur le blé\nPar Jean Dupont le 12/03/2025 à 10:00\n{}", "2025-03-12"),
    ("fr", "Astana, le 29 janvier 2026. {}", "2026-01-29"),
    ("fr", "Accord sur le blé\nMAP 29 janvier 2026 - 18:31\n{}", "2026-01-29"),
    ("kk", "29 қаңтар 2026, 10:15 | Астана\n{}", "2026-01-29"),
    ("ar", "لقاء في الرباط\nالخميس 29 يناير 2026 - 10:30\n{}", "2026-01-29"),
    ("fr", "{}\n\nFait à Rabat, le 29 janvier 2026", "2026-01-29"),
    ("fr", "Mis à jour le 14 mars 2025\nPublié le 12 mars 2025\n{}", "2025-03-12"),
    ("fr", "{}\n\nMis à jour le 14 mars 2025", "2025-03-14"),
    ("en", " date 2026-01-29 Tell a friend\n\n{}", "2026-01-29"),
    ("en", "A deal on wheat\nPublished on March 12, 2025\n{}", "2025-03-12"),
    ("en", "A deal on wheat\nMarch 12th, 2025\n{}", "2025-03-12"),
    ("en", "By John Smith | 12 March 2025\n{}", "2025-03-12"),
    ("en", "By John Smith, March 12, 2025\n{}", "2025-03-12"),
    ("en", "ASTANA, January 29, 2026 (Reuters) - {}", "2026-01-29"),
    ("en", "MOSCOW, March 12, 2025 /TASS/. {}", "2025-03-12"),
    ("en", "A deal on wheat\nPosted on 25/12/2025\n{}", "2025-12-25"),
    ("en", "A deal on wheat\n2025-03-12 14:05\n{}", "2025-03-12"),
    ("ru", "12.03.2025, Астана\n{}", "2025-03-12"),
    ("ru", "Опубликовано 5 января 2024\n{}", "2024-01-05"),
    ("ru", "Опубликовано: 5 января 2024 года, 12:30\n{}", "2024-01-05"),
    ("ru", "АСТАНА, 12 марта 2025 г. — {}", "2025-03-12"),
    ("ru", "Встреча в Рабате\nЧетверг, 29 января 2026\n{}", "2026-01-29"),
    ("kk", "2025 жылғы 12 наурыз\n{}", "2025-03-12"),
    ("kk", "Жарияланды: 12 наурыз 2025 ж.\n{}", "2025-03-12"),
    ("kk", "12.03.2025, Астана\n{}", "2025-03-12"),
    ("ar", "الرباط، 29 يناير 2026\n{}", "2026-01-29"),
    ("ar", "نشر في 12 مارس 2025\n{}", "2025-03-12"),
    ("ar", "الخميس 29 يناير 2026\n{}", "2026-01-29"),
    ("ar", "تاريخ النشر: 29 كانون الثاني 2026\n{}", "2026-01-29"),
    ("ar", "نشر في ٢٩ يناير ٢٠٢٦\n{}", "2026-01-29"),
]

NO_DATES = [
    ("fr", "Cette rencontre, tenue le jeudi 29 janvier 2026 à Rabat, confirme la montée du partenariat. {}"),
    ("fr", "Le 12 mars 2025, le Maroc et le Kazakhstan ont signé un accord. {}"),
    ("fr", "Publié le 12 mars 2025, le rapport de l’ONU souligne le rôle du blé. {}"),
    ("fr", "Un rapport publié le 12 mars 2025 par l’ONU souligne le rôle du blé. {}"),
    ("fr", "Ce que change l’accord du 12 mars 2025\n{}"),
    ("fr", "Rabat, 29 janvier (MAP) – {}"),
    ("fr", "{} L’accord entrera en vigueur le 1er janvier 2027."),
    ("fr", "Du 24 au 27 novembre 2025\n{}"),
    ("fr", "31 février 2025\n{}"),
    ("fr", "Le sommet – 12 mars 2025 – a réuni les ministres de dix pays. {}"),
    ("fr", "Réuni à Rabat le 12 mars 2025, le conseil a adopté le texte. {}"),
    ("en", "On March 12, 2025, Morocco and Kazakhstan signed a deal. {}"),
    ("en", "March 12, 2025 was a good day for wheat. {}"),
    ("en", "A deal on wheat\nPosted on 03/04/2025\n{}"),
    ("en", "Born on 12 March 1990 in Astana, the ambassador speaks five languages. {}"),
    ("en", "She was crowned Miss World (then called Miss Earth) on February 3, 2003. She was the first. {}"),
    ("ru", "5 января 2024 года в Астане прошла встреча министров. {}"),
    ("ru", "Указ от 12.03.2025 вступил в силу. {}"),
    ("kk", "2025 жылғы 12 наурызда Астанада кездесу өтті. {}"),
    ("ar", "وقع البلدان اتفاقا في 12 مارس 2025 بالرباط. {}"),
    ("en", "{}\n\n© 2026-01-01 The Paper"),
]


@pytest.mark.parametrize(("language", "text", "date"), DATES)
def test_the_articles_date(language: str, text: str, date: str) -> None:
    assert article(text.format(BODY[language] + "\n\n" + BODY[language].upper() * 4)).date == date


@pytest.mark.parametrize(("language", "text"), NO_DATES)
def test_a_date_in_prose_is_not_the_articles(language: str, text: str) -> None:
    assert article(text.format(BODY[language])).date is None


AUTHORS = [
    ("fr", "Par : Hassan Ammari\nPrésident de l’Association\n{}", "Hassan Ammari"),
    ("fr", "Accord sur le blé\nPar Hassan Ammari\n{}", "Hassan Ammari"),
    ("fr", "Par Jean-Pierre Dupont et Marie de La Tour (avec AFP)\n{}", "Jean-Pierre Dupont et Marie de La Tour"),
    ("fr", "Par Hassan Ammari - 12 mars 2025\n{}", "Hassan Ammari"),
    ("fr", "Par Jean Dupont le 12/03/2025 à 10:00\n{}", "Jean Dupont"),
    ("fr", "{}\n\nPar Hassan El Ammari", "Hassan El Ammari"),
    ("en", "By John Smith\n{}", "John Smith"),
    ("en", "A deal on wheat\nBy John Smith and Anne O’Neill, Reuters\n{}", "John Smith and Anne O’Neill"),
    ("en", "Written by John Smith\n{}", "John Smith"),
    ("ru", "Автор: Иван Петров\n{}", "Иван Петров"),
    ("ru", "Авторы: Иван Петров, Анна Сидорова\n{}", "Иван Петров, Анна Сидорова"),
    ("kk", "Авторы: Асқар Серікұлы\n{}", "Асқар Серікұлы"),
    ("kk", "Автор: Асқар Серікұлы\n{}", "Асқар Серікұлы"),
    ("ar", "بقلم: حسن العماري\n{}", "حسن العماري"),
    ("ar", "بقلم حسن العماري\n{}", "حسن العماري"),
]

NO_AUTHORS = [
    ("fr", "Par ailleurs, les deux ministres ont parlé du blé.\n{}"),
    ("fr", "Par Toutatis\n{}"),
    ("fr", "Par Mohammed VI et pour le peuple, le Maroc avance.\n{}"),
    ("fr", "Par décret royal : Nasser Bourita est nommé\n{}"),
    ("fr", "Par Le Matin\n{}"),
    ("en", "By the end of the year, trade will double.\n{}"),
    ("en", "By The Associated Press\n{}"),
    ("en", "By March 2026: what will change\n{}"),
    ("en", "By Kassym-Jomart Tokayev's decree, the court was dissolved.\n{}"),
    ("ru", "Авторы доклада считают, что торговля вырастет.\n{}"),
    ("ru", "Автор: об этом пишут многие\n{}"),
    ("ar", "بقلم الرصاص رسم الطفل صورة جميلة لمدينة الرباط القديمة وأسوارها.\n{}"),
]


@pytest.mark.parametrize(("language", "text", "author"), AUTHORS)
def test_the_author(language: str, text: str, author: str) -> None:
    assert article(text.format(BODY[language])).author == author


@pytest.mark.parametrize(("language", "text"), NO_AUTHORS)
def test_prose_is_no_byline(language: str, text: str) -> None:
    assert article(text.format(BODY[language])).author is None


OUTLETS = [
    ("fr", "{}\n\nLR/MAP\n", "MAP"),
    ("fr", "{}\n\n(AFP)", "AFP"),
    ("fr", "{} (AFP)", "AFP"),
    ("fr", "{}\n/APS", "APS"),
    ("fr", "Rabat, 29 janvier 2026 (MAP) – {}", "MAP"),
    ("fr", "Rabat (MAP) - {}", "MAP"),
    ("fr", "{}\nSource : Le Matin", "Le Matin"),
    ("fr", "(AFP) - {}", "AFP"),
    ("fr", "Accord sur le blé\nMAP 29 janvier 2026 - 18:31\n{}", "MAP"),
    ("ru", "АСТАНА, 29 янв — РИА Новости. {}", "РИА Новости"),
    ("kk", "АСТАНА. KAZINFORM — {}", "KAZINFORM"),
    ("ar", "لقاء في الرباط\nالرباط - و م ع\n{}", "و م ع"),
    ("fr", "Le blé arrive à Casablanca, rapporte la MAP.\n{}", "MAP"),
    ("en", "{} — Reuters", "Reuters"),
    ("en", "{}\n\nReuters", "Reuters"),
    ("en", "ASTANA, January 29 (Reuters) - {}", "Reuters"),
    ("en", "MOSCOW, March 12. /TASS/. {}", "TASS"),
    ("en", "Wheat arrives in Casablanca, Kazinform reports\n{}", "Kazinform"),
    ("en", "Wheat arrives, the Ministry of Trade of Kazakhstan reports.\n{}", "Ministry of Trade of Kazakhstan"),
    ("ru", "АСТАНА. КАЗИНФОРМ – {}", "КАЗИНФОРМ"),
    ("ru", "Пшеница прибыла в Касабланку, передаёт агентство Kazinform.\n{}", "Kazinform"),
    ("ru", "{}\nИсточник: ТАСС", "ТАСС"),
    ("kk", "Бидай Касабланкаға жетті, деп хабарлайды Kazinform.\n{}", "Kazinform"),
    ("kk", "{}\nДереккөз: ҚазАқпарат", "ҚазАқпарат"),
    ("ar", "الرباط (و م ع) - {}", "و م ع"),
    ("ar", "{}\nالمصدر: رويترز", "رويترز"),
]

NO_OUTLETS = [
    ("fr", "{} Elle préside l’Association pour la Coopération (AMCAP)"),
    ("fr", "Le roi a visité la MAP à Rabat\n{}"),
    ("fr", "Le blé arrive, indique le ministre du Commerce.\n{}"),
    ("en", "The ministry reports\n{}"),
    ("en", "Reuters, citing officials, spoke of wheat.\n{}"),
    ("fr", "MAP ou AFP, les agences ont couvert la visite.\n{}"),
    ("en", "{} The Reuters agency was founded in 1851."),
    ("ru", "Пшеница прибыла, сообщает министр торговли.\n{}"),
]


@pytest.mark.parametrize(("language", "text", "outlet"), OUTLETS)
def test_the_outlet(language: str, text: str, outlet: str) -> None:
    assert article(text.format(BODY[language])).outlet == outlet


@pytest.mark.parametrize(("language", "text"), NO_OUTLETS)
def test_a_name_in_prose_is_no_outlet(language: str, text: str) -> None:
    assert article(text.format(BODY[language])).outlet is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"Le blé arrive à Casablanca\n\n{FR}", "Le blé arrive à Casablanca"),
        (f"\ufeffLe blé arrive à Casablanca.\n\n{FR}", "Le blé arrive à Casablanca"),
        (f"# Le blé arrive à Casablanca\n\n{FR}", "Le blé arrive à Casablanca"),
        (f"Publié le 12 mars 2025\nPartager\nPar Hassan Ammari\nLe blé arrive\n{FR}", "Le blé arrive"),
        (f"Par : Hassan Ammari\nProfesseur à l’université de Rabat\nLe blé arrive\n{FR}", "Le blé arrive"),
        (f"Par Hassan Ammari\nLe président reçoit le prince à Rabat\n{FR}", "Le président reçoit le prince à Rabat"),
        ("Rabat, 29 janvier 2026 (MAP) – " + FR, FR.rstrip(".")),
        ("Rabat (MAP) - " + FR, FR.rstrip(".")),
        (f"12.03.2025, Астана\nПшеница прибыла\n{RU}", "Пшеница прибыла"),
        (f"الرباط، 29 يناير 2026\nوصول القمح إلى الدار البيضاء\n{AR}", "وصول القمح إلى الدار البيضاء"),
        ("Loading\n", "Untitled"),
    ],
)
def test_the_title(text: str, title: str) -> None:
    assert article(text).title == title


def test_a_long_first_line_is_cut_at_a_word() -> None:
    title = article(" ".join(f"mot{n}" for n in range(100))).title
    assert title.endswith("…") and title[-2].isdigit() and len(title) <= 161


def test_the_format_has_the_first_word() -> None:
    hints = Hints(title="T", date="2020-01-01", outlet="O", author="A", language="kk")
    said = describe("a.html", f"Par Hassan Ammari\nLe 12 mars 2025\n{FR}"[:150], "0" * 64, hints)
    assert (said.title, said.date, said.outlet, said.author, said.language) == ("T", "2020-01-01", "O", "A", "kk")
    assert describe("a.html", FR * 4, "0" * 64, hints).language == "fr"


def test_every_language_has_its_months() -> None:
    texts = {
        "fr": "3 août 2025",
        "en": "Aug. 3, 2025",
        "ru": "3 августа 2025",
        "kk": "2025 жылғы 3 тамыз",
        "ar": "3 غشت 2025",
    }
    assert {next(found.iso for found in dates_in(text, language)) for language, text in texts.items()} == {"2025-08-03"}


def test_the_seeds() -> None:
    said = {
        path.name[:3]: describe(path.name, path.read_text(encoding="utf-8"), "0" * 64) for path in SEEDS.glob("*.txt")
    }
    assert {name: (a.language, a.date, a.outlet, a.author) for name, a in said.items()} == {
        "000": ("fr", None, None, None),
        "001": ("fr", None, None, None),
        "002": ("fr", None, "MAP", None),
        "003": ("fr", None, None, "Hassan Ammari"),
        "004": ("en", "2026-01-29", "Ministry of Foreign Affairs of the Republic of Kazakhstan", None),
    }
