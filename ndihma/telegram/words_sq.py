"""The bot's own sentences in Albanian (glossary: polite *ju*, the fact first, then the next step)."""

from __future__ import annotations

from typing import Final

from ndihma.telegram.words import Words

__all__ = ["ALBANIAN"]

ALBANIAN: Final = Words(
    language="Shqip",
    commands={
        "start": "Fillo bisedën",
        "menu": "Temat",
        "gjendja": "Gjendja e llogarisë sime",
        "agjenti": "Fol me një agjent",
        "gjuha": "Zgjidh gjuhën",
        "ndihma": "Si ju ndihmoj",
        "fshi": "Fshi të dhënat e kësaj bisede",
    },
    group_commands={"ndihma": "Si ju ndihmoj"},
    answers_in_albanian="",
    menu="Zgjidhni një temë ose shkruani pyetjen tuaj.",
    help=(
        "Shkruani pyetjen tuaj me fjalët tuaja. Ju përgjigjem për rikyçjen, SIM kartelën, kodet PIN dhe PUK, portalin "
        "Selfcare dhe klubin e biznesit.\n\n"
        "/menu: temat\n/gjendja: gjendja e llogarisë suaj\n/agjenti: fol me një agjent\n/gjuha: gjuha e kësaj "
        "bisede\n/fshi: fshirja e të dhënave të kësaj bisede\n\n"
        "Mos shkruani PIN-in, kodin PUK apo fjalëkalimin. Për ndihmë thirrni 080010000, pa pagesë."
    ),
    group_help=(
        "Në grup u përgjigjem pyetjeve të përgjithshme: më përmendni ose përgjigjuni mesazhit tim. "
        "Për llogarinë tuaj më shkruani privatisht: {link}"
    ),
    language_ask="Në cilën gjuhë t’ju flas? Përgjigjet për shërbimet janë në shqip.",
    language_set="Tani ju flas shqip.",
    erase_ask=(
        "T’i fshij të dhënat e kësaj bisede? Fshihen mesazhet, gjuha, verifikimi dhe kërkesat që t’ju thërrasim. "
        "Kërkesat për rikyçje me dëshmitë e tyre mbeten derisa t’i mbyllë stafi. "
        "Mesazhet në telefonin tuaj i fshini vetë në Telegram."
    ),
    erase_yes="Fshi",
    erase_no="Mos fshi",
    erased="Të dhënat e kësaj bisede u fshinë. Për një bisedë të re shkruani /start.",
    kept="Asgjë nuk u fshi.",
    old_button="Ky buton është i vjetër. Shkruani pyetjen tuaj ose hapni /menu.",
    limited="Keni dërguar shumë mesazhe për një kohë të shkurtër. Prisni një minutë dhe provoni përsëri.",
    unavailable=("Mesazhin tuaj nuk munda ta përpunoj. Dërgojeni përsëri pas pak ose thirrni 080010000, pa pagesë."),
    too_long="Mesazhi është tepër i gjatë. Shkurtojeni dhe dërgojeni përsëri.",
    in_doubt="Lidhja u ndërpre. Nëse përgjigjja e fundit nuk ju erdhi, mund ta përsëris.",
    repeat="Përsërite përgjigjen",
    carried="Biseda vazhdon në Telegram. Për sigurinë tuaj, verifikimi i numrit nuk u bart.",
    link_over="Lidhja nuk vlen më. Hapni një të re nga biseda në faqe ose shkruani pyetjen tuaj këtu.",
    in_private="Për llogarinë tuaj dhe për agjentin më shkruani privatisht: {link}",
    private_chat="Hap bisedën private",
    voice="Mesazhet me zë nuk i dëgjoj. Ju lutem shkruani pyetjen tuaj.",
    sticker="Faleminderit! Ngjitëset nuk i kuptoj. Ju lutem shkruani pyetjen tuaj.",
    video="Videot nuk i shikoj. Ju lutem shkruani pyetjen tuaj.",
    location="Vendndodhja nuk më duhet dhe nuk ruhet. Ju lutem shkruani pyetjen tuaj.",
    poll="Në anketa nuk marr pjesë. Ju lutem shkruani pyetjen tuaj.",
    other="Këtë lloj mesazhi nuk e lexoj. Ju lutem shkruani pyetjen tuaj.",
    number_ask=(
        "Për të dhënat e llogarisë duhet të verifikohet numri juaj. Shtypni „Dërgo numrin tim“ ose shkruani numrin, "
        "për shembull 044 123 456. Kodi njëpërdorimësh ju vjen me SMS ose, në numrat pa SMS, te një kontakt i "
        "regjistruar."
    ),
    number_ask_puk=(
        "Shkruani numrin e SIM kartelës, për shembull 044 123 456, ose shtypni „Dërgo numrin tim“. Kodi njëpërdorimësh "
        "dërgohet te kontaktet tuaja të regjistruara më parë."
    ),
    share_number="Dërgo numrin tim",
    share_placeholder="044 123 456",
    code_to_known=(
        "Për më shumë të dhëna duhet një kod njëpërdorimësh. Për numrin {masked} vjen me SMS ose, nëse numri nuk "
        "merr SMS, te një kontakt i regjistruar."
    ),
    send_code_to="Dërgo kodin",
    another_number="Për numër tjetër, shkruajeni numrin.",
    contact_not_own=(
        "Mund të dërgoni vetëm numrin tuaj, me butonin „Dërgo numrin tim“. Numri nuk u pranua dhe nuk u ruajt."
    ),
    contact_forwarded="Kontakti i përcjellë nuk pranohet. Përdorni butonin „Dërgo numrin tim“ ose shkruani numrin.",
    contact_not_kosovo="Ky nuk është numër telefoni i Kosovës. Shkruani numrin e Valës, për shembull 044 123 456.",
    matched="Numri juaj u njoh: {masked}.",
    code_sent=(
        "Nëse numri {masked} është i Valës, kodi po ju vjen me SMS; nëse numri nuk merr SMS, po dërgohet te një "
        "kontakt i regjistruar. Shkruani këtu 6 shifrat e tij; mesazhin me kodin e fshij menjëherë. Për një kod të "
        "ri shkruani numrin përsëri."
    ),
    code_sent_puk=(
        "Nëse numri {masked} është i Valës, kodi po dërgohet te një kontakt i regjistruar. Shkruani këtu 6 shifrat e "
        "tij; mesazhin me kodin e fshij menjëherë. Nëse nuk vjen, shkruani numrin përsëri: shkon te kontakti tjetër."
    ),
    code_second="Kodi ishte i saktë. Kodi i dytë po dërgohet te kontakti {to}. Shkruani këtu 6 shifrat e tij.",
    cancel="Anulo",
    code_alone="Shkruani vetëm 6 shifrat e kodit, pa tekst tjetër.",
    code_wrong="Kodi nuk është i saktë. Përpjekje të mbetura: {left}.",
    code_expired="Kodi skadoi. Për një kod të ri shkruani numrin përsëri.",
    code_used_up="Kodi nuk vlen më, sepse u shkrua gabim shumë herë. Për një kod të ri shkruani numrin përsëri.",
    locked="Verifikimi i këtij numri u ndal për arsye sigurie. Provoni më vonë ose thirrni 080010000, pa pagesë.",
    locked_until=(
        "Verifikimi i këtij numri u ndal pas shumë përpjekjeve të gabuara. Provoni pas datës {until} ose thirrni "
        "080010000, pa pagesë."
    ),
    too_many_codes="U kërkuan shumë kode për pak kohë. Provoni përsëri më vonë.",
    too_many_wrong="U shkruan shumë kode të gabuara. Provoni nesër ose thirrni 080010000, pa pagesë.",
    codes_unavailable="Kodet nuk mund të dërgohen për momentin. Provoni përsëri pas pak.",
    no_code_awaited="Nuk pritet asnjë kod. Mesazhi me shifrat u fshi.",
    verified="Numri {masked} u verifikua. Vlen deri në orën {time}.",
    cancelled="Verifikimi u anulua.",
    puk_cover="Sigurohuni që askush tjetër nuk e sheh ekranin. Kodi shfaqet një herë, për 60 sekonda.",
    puk_show="Shfaq kodin",
    puk_opening="Po hapet kodi PUK…",
    puk="Kodi PUK: {puk1}\n\nKy mesazh qëndron {seconds} sekonda.",
    puk_two="Kodi PUK: {puk1}\nKodi PUK2: {puk2}\n\nKy mesazh qëndron {seconds} sekonda.",
    puk_countdown="Kodi fshihet pas {seconds} sekondash.",
    puk_hidden="Kodi PUK u fsheh.",
    puk_over="Kjo mundësi ka skaduar ose është përdorur. Shkruani përsëri që ju duhet kodi PUK.",
    puk_refused="Kodi PUK nuk mund të shfaqet tani. Thirrni 080010000, pa pagesë.",
    puk_unavailable="Kodi PUK nuk u hap. Provoni përsëri pas pak ose thirrni 080010000, pa pagesë.",
    proof_wanted="Dërgoni në këtë bisedë fotografinë ose dokumentin PDF të pagesës, deri në 5 MB.",
    proof_received="E morëm dëshminë e pagesës. Referenca e kërkesës: {reference}.",
    proof_not_wanted=(
        "Për këtë bisedë nuk ka kërkesë të hapur për rikyçje, prandaj skedari nuk u ruajt. Nëse keni paguar, "
        "shkruani „kam paguar“."
    ),
    proof_too_large="Skedari është më i madh se 5 MB. Dërgoni një më të vogël.",
    proof_type="Lejohen vetëm skedarë JPG, PNG ose PDF.",
    proof_too_many="Për këtë bisedë janë dërguar tashmë tri dëshmi. Për ndihmë thirrni 080010000, pa pagesë.",
    proof_failed="Skedari nuk u shkarkua. Dërgojeni përsëri pas pak.",
    agent="{name}, Vala",
    an_agent="Agjent i Valës",
    waiting="Po presim një agjent.",
    waiting_at="Po presim një agjent. Vendi juaj në radhë: {position}.",
    with_agent="Tani flisni me një agjent.",
    with_agent_named="Tani flisni me agjentin: {name}.",
    agents_read_text="Agjenti merr vetëm tekst, prandaj ky mesazh nuk i arriti. Ju lutem shkruani.",
    hand_back="Agjenti u largua nga biseda. Vazhdon asistenti Ndihma.",
    ended="Biseda përfundoi. Për një pyetje tjetër thjesht shkruani.",
    rate_ask="Si ju shërbyem?",
    rated="Faleminderit për vlerësimin.",
    source="Burimi: {text} · rishikuar më {day}",
)
