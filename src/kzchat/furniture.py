"""What the furniture of a news page says in the readers' languages: the patterns that cleaning looks for.

Phrases only, no logic. A pattern for a line is matched against the whole line without its decoration, one for a
notice against the beginning of a sentence. Prose that merely begins with such a word must not match.
"""

import re

_ALSO_AR = "[أا]يض(?:ا|اً|ًا)"


def _any(*phrases: str) -> str:
    return "(?:" + "|".join(phrases) + ")"


_NETWORK = _any(
    "Facebook|Twitter|WhatsApp|LinkedIn|Telegram|Messenger|Pinterest|Reddit|Viber|Instagram|YouTube|"
    "TikTok|E-?mail|Mail",
    "ВКонтакте|Вконтакте|Одноклассники|Телеграм|Фейсбук|Ватсап",
    "فيسبوك|تويتر|واتساب|واتس ?[اآ]ب|تلغرام|تليجرام|انستغرام|البريد الإلكتروني",
)
_SHARE = _any(
    "Tell a friend|Shares|Share(?: (?:this|it|on|via|the)(?: (?:article|post|story|news|page|link))?)?|Tweet(?: this)?",
    "Print(?: this(?: article| page)?)?|Copy(?: the)? link|Send(?: to a friend)?|Like this",
    "Partager(?: (?:cet article|l.article|sur|via|ce contenu))?|Partagez(?: cet article(?: sur les réseaux sociaux)?)?|"
    "Imprimer|Tweeter|Envoyer",
    "Envoyer à un ami|Copier le lien|Enregistrer",
    "Поделиться(?: (?:новостью|стать[её]й|ссылкой|в соцсетях))?|Поделитесь(?: с друзьями)?|"
    "Распечатать|Скопировать ссылку",
    "Отправить другу|Бөлісу|Бөлісіңіз|Достарыңызбен бөлісіңіз|Басып шығару|Сілтемені көшіру",
    "شارك(?:ها|وا)?(?: (?:هذا |هذه )?(?:الخبر|المقالة?|الموضوع|الصفحة|على))?|"
    "مشاركة(?: (?:هذا )?(?:الخبر|المقالة?))?|طباعة|نسخ الرابط|انسخ الرابط|أرسل إلى صديق",
)
_LINK = "on|via|or|and|by|with|sur|par|et|ou|в|и|на|على|و|عبر|X|VK|OK"
SHARE_PHRASE = re.compile(rf"{_any(_SHARE, _NETWORK)}(?:[\W\d_]+{_any(_SHARE, _NETWORK, _LINK)})*[\W\d_]*")

FURNITURE_LINE = re.compile(
    _any(
        SHARE_PHRASE.pattern,
        r"[-–—|•] ?(?:in|dans|в рубрике|в разделе) \w[^\n.]{0,30}",  # the theme's "- in Politics"
        r"(?:Accueil|Home|Главная|Басты бет|الرئيسية)(?: ?[>»›/|] ?[^\n>»›/|]{2,120})+",
        r"(?:Tags?|Keywords|Filed under|Categor(?:y|ies)|Topics|Mots[- ]clés|Étiquettes?|Etiquettes?|"
        r"Catégories?|"
        r"Rubrique|Classé dans|Т[еэ]ги?|Метки|Ключевые слова|Рубрика|Темы|Тегтер|Кілт сөздер|Айдар|"
        r"الوسوم|وسوم|كلمات مفتاحية|الكلمات المفتاحية|كلمات دلالية|التصنيف) ?[:：][^\n]{1,200}(?<![.!?…])",
        r"\((?:Photos?|Crédits?|Ph|Фото|Сурет|صورة)\b[^()\n]{1,60}\)",
        r"(?:#[^\W_][\w-]*[ ,]*){2,}",
        r"[(\[]?(?:Photo|Photos|Image|Images|Illustration|Crédits?(?: photos?)?|Photo credits?|"
        r"Image credits?|Photo by|"
        r"Picture|Ph|Фото|Иллюстрация|Сурет|Фотосурет|الصورة|تصوير|صورة|مصدر الصورة) ?[:：/©] ?"
        r"\S+(?: \S+){0,5}(?<![.!?…])",
        r"(?:Photo|Image) (?:by|courtesy of) \S+(?: \S+){0,4}(?<![.!?…])",
        r"(?:©|\(c\) ?\d{4}|Copyright\b ?(?:©|\([cC]\)|\d{4}|by\b))[^\n]{0,160}",
        r"[^\n]{0,100}\b(?:Tous droits réservés|All rights reserved|Все права защищены|"
        r"Барлық құқықтар? қорғалған|"
        r"جميع الحقوق محفوظة)(?:[ .!©–—-]*|[ ,.©–—-]+(?:\d{4}|©)[^\n]{0,60})",
        r"(?:Loading|Chargement|Загрузка|Жүктелуде|جار[يٍ]? التحميل)(?: ?(?:\.{2,3}|…|en cours\W*))?",
        r"(?:Advertisement|Advertising|Sponsored|Publicité|Реклама|Жарнама|إعلان|إعلانات) ?:?",
        r"(?:Read more|Continue reading|Lire la suite|En savoir plus|Подробнее|Читать далее|"
        r"Читать дальше|Толығырақ|"
        r"Толық оқу|اقرأ المزيد|المزيد)(?: ?(?:\.{2,3}|…|[>»→]+))?",
        r"(?:Accept(?: all)?(?: cookies)?|Reject all(?: cookies)?|Cookie settings|Manage cookies|Tout accepter|"
        r"Tout refuser|Accepter(?: et (?:fermer|continuer))?|Continuer sans accepter|"
        r"Paramétrer(?: les cookies)?|"
        r"Принять(?: все)?|Отклонить все|Қабылдау|قبول(?: الكل)?|رفض الكل)",
        r"(?:Subscribe|Sign up|Log ?in|S.abonner|S.inscrire|Se connecter|Newsletter|Подписаться|Войти|"
        r"Жазылу|Кіру|"
        r"اشترك(?: الآن)?|تسجيل الدخول|النشرة البريدية)",
        r"(?:Your|Votre|Ваш) (?:adresse )?e-?mail(?: address)?",
        r"(?:Name|Nom|E-?mail|Website|Site web|Comment|Commentaire|Имя|Почта|Сайт|Комментарий|Аты|"
        r"Аты-жөні|Пікір|"
        r"الاسم|البريد الإلكتروني|الموقع الإلكتروني|التعليق)(?: e-?mail)? ?[*:]+",
        r"(?:Post Comment|Submit(?: Comment)?|Cancel reply|Publier le commentaire|"
        r"Annuler la réponse|Отправить комментарий|Отправить|Жіберу|إرسال التعليق|إرسال)",
        r"(?:Views?|Vues?|Lectures?|Просмотр(?:ов|ы)|Қаралды|Қаралым|مشاهدات|المشاهدات|"
        r"عدد المشاهدات) ?:? ?[\d .,\u00a0]+k?",
        r"[\d .,\u00a0]+k? ?(?:views?|vues?|просмотр(?:ов|а)?|рет қаралды|рет оқылды|مشاهدة)",
        r"(?:(?:Temps de )?[Ll]ecture ?:? ?|Reading time ?:? ?|Время чтения ?:? ?|Оқу уақыты ?:? ?)?\d{1,2} ?"
        r"(?:min(?:ute)?s?(?: read| de lecture)?|мин(?:ут[аы]?)?\.?(?: чтения)?|دقائق للقراءة)",
    ),
    re.IGNORECASE,
)
# "LR/MAP", the agency's own signature. In capitals only.
SIGNATURE_LINE = re.compile(r"[A-Z]{1,4}/[A-Z]{2,6}")

# A form: from here to the end there is no article any more.
FORM_HEADING = re.compile(
    _any(
        "Leave a (?:Reply|Comment)(?: Cancel reply)?|Post a comment|Add (?:a |your )?comment|"
        "(?:Your )?Comments?|Join the "
        "conversation",
        r"(?:Laissez?r?|Écrire|Ajouter|Poster|Votre) (?:un |votre )?(?:commentaire|réponse)|"
        r"Commentaires?|Réagir",
        r"(?:Добавить|Оставить|Написать|Ваш) комментарий|Комментарии|Оставьте комментарий",
        "Пікір (?:қалдыру|жазу|қосу)|Пікірлер|Пікір қалдырыңыз",
        "(?:اترك|أضف|أكتب|اكتب)(?: لنا)? (?:تعليقا|تعليقاً|تعليقًا|تعليق|تعليقك|ردا|رداً|ردًا|رد)|"
        "التعليقات|تعليقات|شارك برأيك",
    )
    + r" ?(?:\(?\d{0,4}\)?) ?[:*]?|\d{1,4} (?:comments?|commentaires?|комментари(?:й|я|ев)|пікір|تعليقات?)",
    re.IGNORECASE,
)
# A list of other articles.
LIST_HEADING = re.compile(
    _any(
        "(?:Previous|Next) (?:article|post|story)|Articles? (?:précédent|suivant)s?|(?:Предыдущая|Следующая) (?:статья|"
        "новость|запись)|(?:Алдыңғы|Келесі) (?:мақала|жаңалық)|المقال (?:السابق|التالي)|"
        "You (?:may|might) (?:also )?(?:like|be interested in)|(?:Related|Similar|Recommended|More|"
        "Latest|Popular|Recent|"
        "Trending) (?:posts?|articles?|stories|news|reading|content|topics)|Most (?:read|popular)|"
        "More from [^\\n.]{2,40}|"
        "Recommended(?: for you)?|Don.t miss|Trending(?: now)?|What to read next|Read next",
        "Vous (?:aimerez|aimeriez|pourriez)(?: peut-être)? (?:aussi|aimer|également)(?: aimer)?|"
        "Ces articles pourraient vous "
        "intéresser|(?:Articles?|Contenus?|Sujets?) "
        "(?:similaires?|liés?|connexes?|recommandés?|associés?|récents?|populaires?)|"
        "(?:Les )?(?:plus lus|derniers articles)|"
        "Sur le même (?:sujet|thème)|Dans la même (?:rubrique|catégorie)|À ne pas manquer|"
        "A ne pas manquer|Plus d.articles",
        "(?:Похожие|Другие|Рекомендуемые|Последние|Популярные) (?:новости|статьи|материалы|записи|"
        "публикации)|Популярное|"
        "Вам (?:может|будет) (?:понравиться|интересно|быть интересно)|Материалы по теме|По теме|"
        "Новости по теме|"
        "Самое читаемое|Рекомендуем|Что ещё почитать|Другие новости",
        "Ұқсас (?:жаңалықтар|материалдар|мақалалар)|Сізге ұнауы мүмкін|(?:Соңғы|Басқа|Өзге) жаңалықтар|"
        "Тақырып бойынша(?: жаңалықтар)?|Көп оқылғандар|Ең көп оқылған",
        f"قد يعجبك {_ALSO_AR}|قد يهمك {_ALSO_AR}|قد يهمك|مقالات (?:ذات صلة|مشابهة|مرتبطة)|"
        f"مواضيع (?:ذات صلة|مشابهة)|"
        "أخبار ذات صلة|ذات صلة|الأكثر قراءة|المزيد من الأخبار|آخر الأخبار",
    )
    + r" ?(?:[:…]|\.{3})?",
    re.IGNORECASE,
)
_READ_ALSO = _any(
    "(?:À |A )?[Ll]ire (?:aussi|également)|(?:À |A )?LIRE (?:AUSSI|ÉGALEMENT|EGALEMENT)|(?:À |"
    "A )?[Vv]oir (?:aussi|également)",
    "Lisez (?:aussi|également)",
    "[Rr]ead [Aa]lso|READ ALSO|[Aa]lso [Rr]ead|ALSO READ|[Ss]ee [Aa]lso|SEE ALSO|READ MORE",
    "Читайте (?:также|ещ[её])|ЧИТАЙТЕ ТАКЖЕ|Читать также|Смотрите также|См\\. также|Также читайте",
    "Сондай-ақ,? оқыңыз(?:дар)?|СОНДАЙ-АҚ ОҚЫҢЫЗ|Тағы(?: да)? оқыңыз|Оқи отырыңыз|Осы тақырыпта",
    f"[اإأ]قر[أا](?:وا)? {_ALSO_AR}|طالع {_ALSO_AR}|شاهد {_ALSO_AR}|انظر {_ALSO_AR}|[اإأ]قر[أا] المزيد",
)
READ_ALSO_HEADING = re.compile(_READ_ALSO + r" ?(?:[:：>»|…]|\.{3})?")
# The same inside a paragraph: "Lire aussi: <another article's title>". Some need their colon to be one.
READ_ALSO_INLINE = re.compile(
    r"(?P<bracket>[(\[])?(?P<marker>"
    + _any(_READ_ALSO, "(?:À|A) (?:lire|voir)|Related(?: article| story)?|Read more|По теме|Материал по теме")
    + r")[ \u00a0\u202f]*(?:[:：|>]|[–—-](?=\s))[ \u00a0\u202f]*"
)

# Notices, by how their sentence begins. One on cookies has to speak to the reader: articles are written about cookies.
_TO_THE_READER = r"(?=[^.!?]*\b(?:you|your|vous|votre|vos|вы|вам|вас|ваш\w*|сіз\w*|تجربت\w*|لك)\b|[^.!?,]{0,60}[.!]?$)"
COOKIE_NOTICE = re.compile(
    _TO_THE_READER
    + _any(
        r"(?:We|(?:This|Our) (?:web)?site) (?:and our partners )?(?:uses?|stores?)\b[^.]{0,60}\bcookies\b",
        r"By (?:continuing|clicking|using)\b[^.]{0,140}\b(?:cookies|privacy policy|terms of (?:use|service))\b",
        r"(?:Nous utilisons|Nous et nos partenaires|(?:Ce|Notre) site(?: web| internet)? utilise)\b[^.]{0,80}"
        r"\b(?:cookies|traceurs)\b",
        r"En (?:poursuivant|continuant|cliquant|naviguant)\b[^.]{0,160}\b(?:cookies|traceurs|"
        r"conditions d.utilisation|vous acceptez (?:leur |l.)utilisation)\b",
        r"(?:Мы|(?:Наш |Этот )?[Сс]айт|На сайте)\b[^.]{0,60}использу\w+[^.]{0,40}(?:cookie|куки)",
        r"(?:Продолжая|Оставаясь на сайте|Нажимая)\b[^.]{0,160}(?:cookie|куки|вы соглашаетесь)",
        r"(?:Біз|(?:Бұл |Біздің )?[Сс]айт)\b[^.]{0,80}(?:cookie|куки)[^.]{0,60}(?:пайдалан|қолдан)",
        r"(?:نستخدم|يستخدم (?:هذا )?الموقع|يستخدم موقعنا|باستخدامك|بمتابعة)[^.]{0,120}"
        r"(?:ملفات تعريف الارتباط|الكوكيز|cookies)",
    ),
    re.IGNORECASE,
)
_CHANNEL = r"(?:Facebook|Twitter|Instagram|Telegram|Телеграм|WhatsApp|YouTube|LinkedIn|TikTok|Google News|X\b)"
NOTICE = re.compile(
    _any(
        r"(?:Subscribe|Sign up)\b[^.]{0,40}\b(?:to|for)\b[^.]{0,50}\b(?:newsletter|mailing list|alerts|"
        r"channel)\b",
        rf"(?:Follow|Join|Find) us\b[^.]{{0,20}}\b(?:on|at)\b[^.]{{0,20}}{_CHANNEL}",
        rf"(?:Inscrivez|Abonnez)-vous\b[^.]{{0,60}}(?:newsletter|infolettre|lettre d.information|"
        rf"notre chaîne|{_CHANNEL})",
        r"Recevez\b[^.]{0,80}\b(?:newsletter|boîte (?:mail|de réception)|par e?-?mail)\b",
        rf"(?:Suivez|Retrouvez|Rejoignez)[- ](?:nous\b|notre\b)[^.]{{0,40}}{_CHANNEL}",
        rf"(?:Подпи(?:шитесь|сывайтесь)|Читайте нас|Следите за нами|Присоединяйтесь к нам)\b[^.]{{0,60}}"
        rf"(?:рассылк|наш\w* канал|наши новости|{_CHANNEL})",
        rf"[^.]{{0,60}}(?:{_CHANNEL}|арнамыз|парақшамыз|таратылым)[^.]{{0,40}}(?:жазылыңыз|тіркеліңіз)",
        rf"(?:اشترك|اشتركوا|تابعونا|تابعنا|انضموا? إلينا)\b[^.]{{0,60}}(?:النشرة|نشرتنا|قناتنا|واتساب|"
        rf"تلغرام|فيسبوك|{_CHANNEL})",
        r"(?:The post|L.article|Cet article) [^\n]{3,200} (?:appeared first on|est apparu en premier sur) ",
        r"(?:We (?:value|respect)|Nous (?:respectons|accordons de l.importance à)) (?:your privacy|votre vie privée)",
        r"Suivez (?:les dernières|toute l).{0,60} sur Google News",
        r"Your e-?mail address will not be published|Required fields are marked|Save my name, e-?mail",
        r"You must be logged in to (?:post|leave)|Log in to (?:leave|post|comment)",
        r"Votre adresse (?:e-?mail|de messagerie) ne sera pas publiée|Les champs obligatoires sont indiqués",
        r"Enregistrer mon nom, mon e-?mail|Vous devez (?:être connecté|vous connecter) pour (?:publier|"
        r"laisser|commenter)",
        r"Ваш (?:адрес )?(?:e-?mail|электронной почты) не будет опубликован|Обязательные поля помечены",
        r"Сохранить мо[её] имя, e-?mail|Для отправки комментария",
        r"(?:Сіздің )?(?:e-?mail|электрондық пошта\w*)[^.]{0,40} жарияланбайды|Міндетті өрістер",
        r"لن يتم نشر عنوان بريدك|الحقول الإلزامية مشار إليها|احفظ اسمي",
    ),
    re.IGNORECASE,
)
# Words that every notice has one of: the sentences of other lines need no look.
NOTICE_WORD = re.compile(
    r"cookie|куки|traceurs|ملفات تعريف|الكوكيز|newsletter|mailing|alerts|channel|-vous|-nous|Recevez|"
    r"Rejoignez|Retrouvez|\bus\b|"
    r"Подпи|Читайте нас|Следите|Присоединяйтесь|жазылыңыз|тіркеліңіз|اشترك|تابع|انضم|mail|Required|"
    r"logged|Log in|"
    r"obligatoires|Vous devez|vie privée|appeared first|en premier|Google News|vous acceptez|"
    r"Обязательные|электрон|отправки|соглашаетесь|privacy|terms of|"
    r"utilisation|Міндетті|بريدك|"
    r"الإلزامية|احفظ",
    re.IGNORECASE,
)

# Where a title without a full stop ends inside a paragraph: a capitalised word that begins sentences.
_PLACES = (
    r"(?!(?:La (?:Haye|Mecque|Paz|Rochelle|Havane)|Le (?:Caire|Cap|Havre|Mans|Monde|Matin|Pen)|"
    r"The Hague|Les Sables)\b)"
)
SENTENCE_STARTER = re.compile(
    r"(?<=[\w»”\"’)?!…])[ \u00a0]+"
    + _PLACES
    + r"(?=(?:D[eu]|Des|L[ea]|Les|L[’']|Une?|En|Dans|Par|Pour|Sur|Selon|D[’']|Ils?|Elles?|On|C[’']|Ce|"
    r"Cet|Cette|Ces|Cela|"
    r"Aux?|À|A|Après|Avant|Lors|Ainsi|Mais|Et|Outre|Parallèlement|Quant|Si|S[’']|Notre|Leurs?|Son|Sa|"
    r"Ses|Pendant|Depuis|"
    r"The|This|That|These|Those|An|In|On|At|He|She|It|They|We|But|And|As|For|From|With|When|While|"
    r"After|Before|During|"
    r"According|Meanwhile|However|Both|Under|His|Her|Its|Their|There|"
    r"В|Во|На|По|С|Со|К|За|Из|От|Для|При|До|После|Он|Она|Они|Оно|Это|Эти|Этот|Эта|Как|Также|Кроме|"
    r"Однако|Но|И|А|"
    r"Согласно|Ранее|Напомним|Стороны|Между|Его|Её|Их|"
    r"Бұл|Ол|Олар|Осы|Сонымен|Айта|Атап|Еске|Бұған|Оның|Кездесуде|Кездесу|Жиында|Сондай|Екі|Тараптар)(?![\w-])|"
    r"(?:L|D|C|S|Qu)[’'](?=\w))"
)
TITLE_LINK_WORD = re.compile(r"(?:a|an|and|as|at|by|for|from|in|of|on|or|over|the|to|with|vs)\b")
