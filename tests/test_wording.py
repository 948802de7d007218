"""What a claim of the source's own words may still get wrong."""

import pytest

from kzchat.answering import shortfall
from kzchat.facts import mismatches

RECEPTION = (
    "Selon un communiqué de l'ambassade du Kazakhstan au Maroc, l'ambassadeure Saulekul Sailaukzy a été reçue par "
    "André Azoulay, conseiller de Sa Majesté le Roi Mohammed VI."
)


@pytest.mark.parametrize(
    ("claim", "source", "kind"),
    [
        ("André Azoulay a été reçu par l'ambassadeure Saulekul Sailaukzy.", RECEPTION, "role"),
        ("Azoulay received the ambassador.", "La réception d’Azoulay par l’ambassadrice a eu lieu jeudi.", "role"),
        ("Le Maroc a battu l'Espagne en finale.", "L'Espagne a battu le Maroc en finale.", "role"),
        ("Rabat thanked Astana for its support.", "Astana thanked Rabat for its support.", "role"),
        ("Il a reçu 5 prix en 2019.", "Il a reçu 12 prix en 2019 et 5 médailles en 2021.", "order"),
        ("Le texte n'a pas été adopté par le Parlement.", "Le texte a été adopté par le Parlement.", "negation"),
        ("The text was adopted by parliament.", "The text was not adopted by parliament.", "negation"),
        ("The agreement was not signed.", "L'accord a été signé.", "negation"),
        ("Договор не подписан.", "Le traité a été signé.", "negation"),
        ("La ligne a ouvert en mai.", "La ligne devrait ouvrir en mai.", "plan"),
        ("The two sides signed a treaty.", "The two sides plan to sign a treaty.", "plan"),
        ("Les exportations ont diminué.", "Les exportations ont augmenté.", "opposite"),
        ("Exports fell.", "Les exportations ont progressé avec une hausse de 3 %.", "opposite"),
        ("Le ministre algérien a visité Rabat.", "Le ministre tunisien a visité Rabat.", "place"),
        ("The South Korean envoy came.", "L'envoyé de la Corée du Nord est venu.", "name"),
        ("وصل الوزير الجزائري.", "Le ministre marocain est arrivé.", "place"),
        ("Посол встретился с ним.", "Le directeur l'a rencontré.", "function"),
        ("L'accord date du 12 mars 2020.", "Signé le 14 mars 2020, il prévoit 12 mesures.", "date"),
        ("On 3 May 2021 it opened.", "Ouvert le 3 mai 2020, il a fermé en 2021.", "date"),
        ("Le 03/12/2020, il a signé.", "Il a signé le 12 mars 2020 et le 3 avril.", "date"),
        ("Holm replaced Dahl.", "Lars Holm, who founded it in 1987, was replaced by Ingrid Dahl.", "role"),
        (
            "Copper exports fell by 4 percent.",
            "Copper exports fell by 12 percent, while imports rose by 4.",
            "opposite",
        ),
        ("Finland built a reactor in 2031.", "La Finlande prévoit de construire un réacteur en 2031.", "plan"),
        ("The law does apply.", "The law not only failed, it does not apply.", "negation"),
        (
            "The mayor sold the hall with the backing of Dahl.",
            "The mayor sold the hall against the advice of Dahl.",
            "opposite",
        ),
        ("All of the 14 victims were nurses.", "14 people died, most of them nurses.", "opposite"),
        ("Deux pièces d'argent ont été trouvées.", "Two gold coins were found.", "opposite"),
        (
            "Profit fell because of weaker demand.",
            "Profit fell because of a poor harvest rather than weaker demand.",
            "negation",
        ),
        ("Le maire a convaincu.", "Le maire n'a convaincu personne parce que le plan coûte cher.", "negation"),
        ("Narendra Modi opened the port.", "Narendra Modi plans to open the port.", "plan"),
        ("The tax is waived until 6 May.", "الإعفاء اعتبارا من 6 مايو.", "bound"),
        (
            "Завод вложил 2 млрд, цех откроется осенью и начнёт работу.",
            "Завод намерен вложить 2 млрд, цех откроется осенью и начнёт работу.",
            "plan",
        ),
        ("Les vaccins sont gratuits jusqu'au 6 mai.", "Vaccination is free from 6 May.", "bound"),
        ("Прививки бесплатны с 6 мая.", "Vaccination is free until 6 May.", "bound"),
        (
            "Anna Holm restored the harbour mill.",
            "Anna Holm painted the old village chapel and Jan Vos restored the harbour mill.",
            "order",
        ),
        ("Manchester City Council approved it.", "Salisbury City Council approved it.", "name"),
        (
            "Heavy rain destroyed 2000 houses, killed 300 cows.",
            "The flood destroyed 300 houses, killed 2000 cows.",
            "order",
        ),
        ("La compagnie doit acheter 20 avions.", "The airline ordered 20 jets.", "plan"),
        ("Curator Paul Marchand spoke.", "La conservatrice Odile Marchand a parlé.", "name"),
        (
            "The two countries mean to fight terrorism, violent extremism, trafficking and cybercrime.",
            "The two countries share a clear vision of peace.",
            "word",
        ),
    ],
)
def test_what_a_claim_gets_wrong(claim: str, source: str, kind: str) -> None:
    assert kind in {mismatch.kind for mismatch in mismatches(claim, source)}


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("L'ambassadeure Saulekul Sailaukzy a été reçue par André Azoulay.", RECEPTION),
        ("The ambassador Saulekul Sailaukzy was received by André Azoulay.", RECEPTION),
        ("Le Parlement a adopté le texte.", "Le texte a été adopté par le Parlement."),
        ("The ambassador of Morocco arrived on 3 March 2021.", "L'ambassadeur marocain est arrivé le 3 mars 2021."),
        ("Посол Марокко прибыл 3 марта 2021 года.", "L'ambassadeur du Maroc est arrivé le 03/03/2021."),
        ("The United States supports the EU.", "Les États-Unis soutiennent l'Union européenne."),
        ("It joined in June.", "This came after June's historic meeting, when it joined."),
        ("Cela ne se limite pas à la diplomatie.", "Cela ne se limite pas à la diplomatie et au commerce."),
        ("La ligne devrait ouvrir en mai.", "La ligne devrait ouvrir en mai 2026."),
        ("En deux ans, ils ont signé.", "За два года они подписали."),
        ("Сегодня они встретились в Пекине.", "Ils se sont rencontrés aujourd'hui à Pékin."),
        ("Byrne won in Oslo.", "Бирн победил в Осло."),
        ("Holm met Akri.", "Хольм встретился с Акри."),
        ("Donors pledged financial aid.", "تعهد المانحون بتقديم دعم مالي."),
        ("He told us the truth.", "Il nous a dit la vérité."),
        ("The institution opened a school.", "افتتحت المؤسسة مدرسة."),
        ("The South Korean minister came.", "Приехал министр Южной Кореи."),
        ("At least 50 people came.", "Пришли не менее 50 человек."),
        ("The state chose to lease the port.", "The state chose to lease rather than sell the port."),
        ("The cuts hit the capital.", "The cuts hit the villages and not only the capital."),
        ("The firm will close the mine and hire 200 people.", "The firm will close the mine and will hire 200 people."),
        ("Les exportations ont crû de 4 % en mai.", "This May exports rose by 4 %."),
        ("Dry weather threatens the date palms of 42 villages.", "La sécheresse menace les dattiers de 42 villages."),
        ("The army regained control of 42 villages.", "استعادت القوات السيطرة على 42 قرية."),
        ("Le train ne passera qu'à midi.", "Le train passera à midi."),
        (
            "Exports have fallen since May 2024.",
            "Exports have fallen since May 2024 and stay low until May 2026.",
        ),
        ("Profit fell because of a poor harvest.", "Profit fell because of a poor harvest rather than weaker demand."),
        ("Les vaccins sont gratuits à partir du 6 mai.", "Vaccination is free from 6 May."),
        (
            "La galerie ne rendra le tableau du XVIIe siècle qu'en mai.",
            "The gallery will return the 17th-century painting in May.",
        ),
        (
            "Le ministre annonce l'ouverture de la ligne pour mars 2027.",
            "The line will open in March 2027, said the minister.",
        ),
        ("Trois écoles doivent ouvrir en mai.", "Мамырда үш мектеп ашылатынын айтты."),
        ("Le Croissant-Rouge est venu.", "وصل الهلال الأحمر."),
        ("Un tribunal l'a condamné à quatre ans.", "حكمت عليه محكمة بالسجن أربع سنوات."),
        ("The Supreme Court of Arvania ruled.", "La Cour suprême d'Arvanie a statué."),
        ("Curator Odile Marchand spoke.", "La conservatrice Odile Marchand a parlé."),
        (
            "Dr Helen Ashby said eleven of them had gone home by Sunday.",
            "Dr Helen Ashby, who heads the unit at St Bride's Hospital, said eleven of them had gone home by Sunday.",
        ),
        (
            "The Grain Forum left its export estimate unchanged.",
            "The Grain Forum cut its forecast, citing frost in May, but left its export estimate unchanged.",
        ),
        (
            "Le port a traité 12 % de céréales de moins en 2023.",
            "Le port a traité 4 millions de tonnes en 2023, soit 12 % de moins.",
        ),
        (
            "Imran Sethi resigned on Tuesday, two days after the report.",
            "Imran Sethi resigned from the planning committee on Tuesday, two days after the report.",
        ),
        ("Penlow devra rembourser ses clients.", "The regulator has ordered Penlow to refund its customers."),
    ],
)
def test_what_it_may_say_in_other_words(claim: str, source: str) -> None:
    assert mismatches(claim, source) == []


@pytest.mark.parametrize(
    ("question", "sentence", "why"),
    [
        ("Qui a reçu Azoulay ?", "Azoulay a été reçu.", "it names nobody"),
        ("Quand a-t-il adhéré ?", "Il a adhéré aux Accords.", "it gives no date"),
        ("How many accords were signed?", "Accords were signed.", "it gives no number"),
        ("How many accords were signed?", "Les accords des deux pays ont été signés.", "it gives no number"),
        ("Где прошёл конгресс?", "Конгресс прошёл успешно.", "it names no place"),
        ("Quel est le but des accords ?", "Le but des accords.", "it only repeats the question"),
        ("D'où vient le maire ?", "Le maire vient de loin.", "it names no place"),
        ("D'où vient l'argent du festival ?", "La loterie verse 12 000 euros au festival.", None),
        ("Where does the barge get its money from?", "The lottery pays the barge 12,000 euros.", None),
        ("How many children have died since March?", "37 children have died since March.", None),
        ("Qui a reçu Azoulay ?", "L'ambassadrice l'a reçu.", None),
        ("Quand a-t-il adhéré ?", "Il a adhéré en 2025.", None),
        ("Which risks did they name when they met?", "They named two risks.", None),
        ("Le Maroc a-t-il signé l'accord ?", "Le Maroc a signé l'accord.", None),
        ("متى انضمت كازاخستان؟", "Le Kazakhstan a adhéré en novembre.", None),
    ],
)
def test_whether_a_sentence_can_be_the_answer(question: str, sentence: str, why: str | None) -> None:
    assert shortfall(question, sentence) == why
