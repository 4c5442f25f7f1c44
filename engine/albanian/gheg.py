"""The table of Kosovar forms and everyday abbreviations, folded, each with its folded standard form.

Only one-to-one words stand here: a form whose standard reading depends on its neighbours (``me`` + participle) is left
to the classifier's features, because rewriting it was measured not to pay (docs/nlu.md).
"""

from __future__ import annotations

from typing import Dict, Final

__all__ = ["GHEG_TO_STANDARD"]

GHEG_TO_STANDARD: Final[Dict[str, str]] = {
    # questions
    "qysh": "si", "qish": "si", "qyshe": "si", "kysh": "si", "cysh": "si",
    "qka": "cfare", "cka": "cfare", "qfare": "cfare", "qfar": "cfare", "cfar": "cfare", "qa": "cfare", "ca": "cfare",
    "shka": "cfare", "qaka": "cfare", "ckado": "cfaredo", "qkado": "cfaredo", "qfardo": "cfaredo",
    "kun": "ku", "kah": "nga", "prej": "nga", "prei": "nga",
    "kerkan": "askush",
    # to be, to have
    "osht": "eshte", "asht": "eshte", "oshte": "eshte", "esht": "eshte", "ashte": "eshte", "osh": "eshte",
    "jom": "jam", "jon": "jane", "jan": "jane", "ish": "ishte", "kjen": "qene",
    "kon": "qene", "kan": "kane", "kom": "kam", "koma": "kam", "kena": "kemi", "tkam": "kam", "tkom": "kam",
    "kishna": "kishim",
    # time and place
    "tash": "tani", "tashti": "tani", "qitash": "tani", "qetash": "tani", "qita": "kete", "qeta": "kete",
    "naser": "neser", "nesr": "neser", "dej": "dje", "knej": "ketej", "kendej": "ketej", "qatje": "atje",
    "qaty": "aty", "qitu": "ketu", "qetu": "ketu", "hala": "ende", "domethan": "domethene",
    "dmth": "domethene", "d.m.th": "domethene", "masnej": "pastaj", "mandej": "pastaj", "mas": "pas", "mbas": "pas",
    "perpara": "para", "pernime": "vertet",
    # this and that
    "qit": "kete", "qet": "kete", "qat": "ate", "qata": "ate", "qato": "ato", "qeto": "keto", "qekjo": "kjo",
    "qeky": "ky", "kto": "keto", "kte": "kete", "ket": "kete", "kit": "kete", "najsen": "dicka", "dishka": "dicka",
    "diqka": "dicka", "disen": "dicka", "najfar": "ndonje", "naj": "ndonje", "ndoj": "ndonje", "noj": "ndonje",
    "ndonji": "ndonje", "nji": "nje", "ni": "nje", "njo": "nje", "njoni": "njeri", "kurgjo": "asgje",
    "kurgja": "asgje", "hic": "asgje", "hiq": "asgje", "kurrgjo": "asgje", "krejt": "gjithe", "kejt": "gjithe",
    "veq": "vetem", "vec": "vetem", "veqse": "vetem", "nkete": "ne kete", "vet": "vete", "fort": "shume", "shum": "shume",
    "shom": "shume", "mir": "mire",
    # can, want, must, know
    "munesh": "mundesh", "mujsh": "mundesh", "mujn": "mundesh", "muj": "mund", "mujm": "mund", "mun": "mund",
    "mujna": "mund", "muni": "mundeni", "muneni": "mundeni", "smuj": "s'mund", "smujm": "s'mund", "smunem": "s'mund",
    "smun": "s'mund", "spom": "s'po me", "spo": "s'po", "skam": "s'kam", "skom": "s'kam", "sdi": "s'di", "sosht": "s'eshte",
    "seshte": "s'eshte", "sbon": "s'ben", "smun't": "s'mund",
    "dojsha": "dua", "dojna": "duam", "dojm": "duam", "du": "dua", "due": "dua", "dum": "dua", "don": "do", "deshta": "desha",
    "dona": "duam", "duhna": "duhet", "duet": "duhet", "dot": "do te", "osale": "eshte", "lyp": "kerkoj", "lypin": "kerkojne",
    "lypi": "kerkoj", "lype": "kerkoj", "kallxo": "trego", "kallxoni": "tregoni", "kallxom": "trego", "kallzo": "trego",
    "kallxu": "treguar", "kallxon": "tregon", "din": "dine", "dij": "di", "qoj": "dergoj", "coj": "dergoj",
    "qoni": "dergoni", "qova": "dergova", "cova": "dergova", "qu": "derguar",
    # to do, to get
    "boj": "bej", "bon": "ben", "bona": "bera", "bohet": "behet", "bone": "bejne", "bojm": "bejme", "bo": "bere", "bonet": "behet",
    "bohna": "behem", "baj": "bej", "ban": "ben", "bahet": "behet", "bo't": "bere", "mar": "marr",
    "hup": "humb", "hupa": "humba", "hupi": "humbi", "hupe": "humba", "hupur": "humbur", "hupun": "humbur", "harru": "harruar",
    "harrume": "harruar", "nalt": "ndal", "ndalt": "ndalur", "ndalun": "ndalur",
    "ndalen": "ndalur", "prer": "prere", "pre": "prere", "prejn": "presin", "kyq": "kyc", "kyqi": "kyc",
    "kyqem": "kycem", "kyqet": "kycet", "kyqje": "kycje", "kyqa": "kyca", "kyqur": "kycur", "kyqu": "kycu", "rikyqja": "rikycja",
    "rikyqje": "rikycje", "rikyq": "rikyc", "qel": "hap", "qele": "hap", "qelni": "hapni", "cel": "hap", "cele": "hap",
    "pagu": "paguar", "paguj": "paguaj", "pagun": "paguar", "pague": "paguaj", "pagus": "paguaj", "kthy": "kthyer",
    "kthe": "kthyer", "kthi": "kthyer", "kthje": "kthyer", "thirr": "therras", "thirri": "therras", "shkru": "shkruar",
    "ble": "bleje", "bler": "blere", "mush": "mbush", "mushe": "mbush", "musha": "mbusha",
    "mushje": "mbushje", "mushet": "mbushet", "mushun": "mbushur", "mushja": "mbushja", "mushme": "mbushje",
    "mbushun": "mbushur", "rimush": "rimbush", "funksjonon": "funksionon", "ndrroj": "nderroj",
    "ndrro": "nderro", "ndrru": "nderruar", "ndrrova": "nderrova", "ndryshoj": "nderroj", "fol": "flas",
    "folin": "flasin", "foli": "flas", "folim": "flasim", "hi": "hyj", "hij": "hyj",
    "shofi": "shoh", "shofsha": "shoh", "shof": "shoh", "kqyr": "shiko", "kqyri": "shiko", "kqyre": "shiko", "kqyrni": "shikoni",
    "kqyra": "shikova", "pytje": "pyetje", "pyt": "pyet", "vyn": "vlen", "vyne": "vlen", "dekun": "deaktiv",
    "shky": "keput", "prishe": "prish", "thy": "thyer", "thye": "thyer",
    # things
    "pare": "para", "paret": "para", "pare't": "para", "lek": "para", "leke": "para", "leku": "para", "kredija": "kredi",
    "kreditin": "kredi", "kredit": "kredi", "kredia": "kredi", "kontrat": "kontrate", "kontrates": "kontrate",
    "borgj": "borxh", "borxhi": "borxh", "telin": "telefon", "teli": "telefon", "tel": "telefon", "telefonat": "telefonate",
    "nr": "numer", "nomer": "numer", "nomri": "numri", "nomrin": "numrin", "numr": "numer", "num": "numer", "nrin": "numrin",
    "kartel": "kartele", "kartica": "kartela", "karte": "kartele", "karta": "kartela",
    "kartes": "karteles", "karten": "kartelen", "kartelles": "karteles", "simkartela": "sim kartela", "simi": "sim",
    "sim-i": "sim", "simit": "sim", "fatur": "fature", "racun": "fature", "rechnung": "fature", "bill": "fature",
    "biznisi": "biznesi", "biznis": "biznes", "bisnes": "biznes", "firm": "firme", "puntor": "punetor", "punetort": "punetor",
    "puntoret": "punetoret", "puntort": "punetoret", "puntora": "punetore", "antar": "anetar", "antare": "anetare",
    "antaret": "anetaret", "antart": "anetaret", "paswordi": "fjalekalimi", "pasword": "fjalekalim",
    "password": "fjalekalim", "passwordi": "fjalekalimi", "passwordin": "fjalekalimin", "pass": "fjalekalim", "usernejmi": "username",
    "fjalkalim": "fjalekalim", "fjalkalimi": "fjalekalimi", "fjalkalimin": "fjalekalimin", "shpija": "shtepia",
    "shpi": "shtepi", "sporteli": "sportel", "shalter": "sportel", "shalteri": "sportel",
    # short forms and courtesy
    "flm": "faleminderit", "fmd": "faleminderit", "fnd": "faleminderit", "faleminerit": "faleminderit", "falemnderit": "faleminderit",
    "falemineres": "faleminderit", "falimenderit": "faleminderit", "thx": "faleminderit", "thnx": "faleminderit",
    "tnx": "faleminderit", "pls": "lutem", "plz": "lutem", "please": "lutem", "bitte": "lutem", "molim": "lutem", "sh": "shume",
    "kl": "klienti", "klijenti": "klienti", "psh": "per shembull", "p.sh": "per shembull", "tung": "tungjatjeta",
    "ckemi": "si je", "qkemi": "si je", "okej": "ok", "oke": "ok", "okay": "ok",
    # statuses and plans
    "active": "aktiv", "aktive": "aktiv", "inactive": "inaktiv", "inaktive": "inaktiv", "joaktiv": "inaktiv", "joaktive": "inaktiv",
    "deactive": "deaktiv", "deaktive": "deaktiv", "deactiv": "deaktiv", "inactiv": "inaktiv", "activ": "aktiv", "valide": "valid",
    "pre-paid": "prepaid", "parapagim": "prepaid", "parapagese": "prepaid", "post-paid": "postpaid", "paspagese": "postpaid",
    "paspagim": "postpaid", "fikse": "fiks", "fiksin": "fiks", "fiksi": "fiks", "fixe": "fiks", "fix": "fiks",
    # small words
    "t'": "te", "n'": "ne", "m'": "me", "c'": "cfare", "q'": "cfare", "l'": "le", "k'": "ke", "d'": "do",
    "edhe": "dhe", "masi": "pasi", "qi": "qe", "bile": "madje", "sen": "gje", "sene": "gjera",
    "kshtu": "keshtu", "qashtu": "ashtu", "qishtu": "keshtu", "qeshtu": "keshtu", "nashta": "ndoshta", "bash": "pikerisht",
    "permes": "nepermjet", "mu": "mua", "mue": "mua", "tem": "tim", "teme": "time", "jeme": "ime", "jem": "im", "joni": "yni",
    "juj": "juaj", "juja": "juaj", "tu": "duke", "tuj": "duke",
    # one-letter words written without their apostrophe
    "n": "ne", "t": "te", "m": "me", "s": "s'",
    # endings, Gheg forms and loans met often in what customers wrote
    "qmimi": "cmimi", "qmim": "cmim", "qmimin": "cmimin", "munet": "mundet", "munem": "mundem", "jasht": "jashte",
    "asni": "asnje", "ditve": "diteve", "shpis": "shtepise", "shpise": "shtepise", "llogaris": "llogarise",
    "kartels": "karteles", "rikyqet": "rikycet", "rikyqem": "rikycem", "inaktivi": "inaktiv", "aktivi": "aktiv",
    "validi": "valid", "dopune": "mbushje", "dopunen": "mbushje", "dopuna": "mbushje", "gratis": "falas",
    "bedava": "falas", "badihava": "falas", "badiava": "falas", "beleshi": "falas",
    # the agents' own shorthand
    "kerk": "kerkon", "kons": "klienti", "ab": "klienti", "kart": "kartele", "prep": "prepaid", "pag": "pagese",
    "mosp": "mospagese", "mospag": "mospagese", "nderp": "nderprere", "llog": "llogari", "fat": "fature",
    "kontr": "kontrate", "biz": "biznes", "shpenz": "shpenzime", "riakt": "riaktivizim", "stat": "status",
    "eur": "euro",
}  # fmt: skip
