"""What kzchat itself says to a reader, in the readers' languages."""

from kzchat.schema import Reason

_ABSTENTION: dict[str, dict[Reason, str]] = {
    "fr": {
        "no_evidence": "Les articles ne le disent pas : rien de ce qui est indexé ne ressemble à cette question.",
        "not_stated": "Les articles ne le disent pas : ils parlent de ce sujet, mais pas de ce fait.",
        "out_of_scope": "Les articles ne le disent pas : ils ne traitent pas de ce sujet.",
        "false_premise": "Les articles ne le disent pas : la question suppose un fait qu'ils ne rapportent pas.",
    },
    "en": {
        "no_evidence": "The articles do not say: nothing that is indexed resembles this question.",
        "not_stated": "The articles do not say: they deal with this subject, but do not state this fact.",
        "out_of_scope": "The articles do not say: they do not deal with this subject.",
        "false_premise": "The articles do not say: the question takes for granted something that they do not report.",
    },
    "ru": {
        "no_evidence": "В статьях этого нет: ничего похожего на этот вопрос не проиндексировано.",
        "not_stated": "В статьях этого нет: тема в них есть, но этот факт не приводится.",
        "out_of_scope": "В статьях этого нет: они не об этом.",
        "false_premise": "В статьях этого нет: вопрос исходит из того, о чём они не сообщают.",
    },
    "kk": {
        "no_evidence": "Мақалаларда бұл айтылмаған: индексте бұл сұраққа ұқсас ештеңе жоқ.",
        "not_stated": "Мақалаларда бұл айтылмаған: тақырып бар, бірақ бұл дерек келтірілмеген.",
        "out_of_scope": "Мақалаларда бұл айтылмаған: олар бұл тақырыпқа қатысты емес.",
        "false_premise": "Мақалаларда бұл айтылмаған: сұрақ оларда жоқ нәрсеге сүйенеді.",
    },
    "ar": {
        "no_evidence": "لا تذكر المقالات ذلك: لا شيء في الفهرس يشبه هذا السؤال.",
        "not_stated": "لا تذكر المقالات ذلك: الموضوع وارد فيها، لكن هذه المعلومة غير مذكورة.",
        "out_of_scope": "لا تذكر المقالات ذلك: فهي لا تتناول هذا الموضوع.",
        "false_premise": "لا تذكر المقالات ذلك: يفترض السؤال أمرا لا تورده.",
    },
}

_UNDERSTOOD = {
    "fr": "Question comprise ainsi : {question}",
    "en": "Understood as: {question}",
    "ru": "Вопрос понят так: {question}",
    "kk": "Сұрақ былай түсінілді: {question}",
    "ar": "فُهم السؤال هكذا: {question}",
}


def understood_as(language: str, question: str) -> str:
    """What a follow-up was understood to ask."""
    return _UNDERSTOOD.get(language, _UNDERSTOOD["en"]).replace("{question}", question)


def abstention(language: str, reason: Reason) -> str:
    """ "The articles do not say", and why, in the question's language."""
    return _ABSTENTION.get(language, _ABSTENTION["en"])[reason]
