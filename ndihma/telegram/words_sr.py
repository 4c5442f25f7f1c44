"""The bot's own sentences in Serbian, in Latin letters."""

from __future__ import annotations

from typing import Final

from ndihma.telegram.words import Words

__all__ = ["SERBIAN"]

SERBIAN: Final = Words(
    language="Srpski",
    commands={
        "start": "Započni razgovor",
        "menu": "Teme",
        "gjendja": "Stanje mog naloga",
        "agjenti": "Razgovaraj sa agentom",
        "gjuha": "Izaberi jezik",
        "ndihma": "Kako mogu da pomognem",
        "fshi": "Obriši podatke ovog razgovora",
    },
    group_commands={"ndihma": "Kako mogu da pomognem"},
    answers_in_albanian="Odgovori o uslugama su na albanskom. Jezik menjate komandom /gjuha.",
    menu="Izaberite temu ili napišite pitanje.",
    help=(
        "Napišite pitanje svojim rečima. Odgovori o uslugama su na albanskom.\n\n"
        "/menu: teme\n/gjendja: stanje naloga\n/agjenti: razgovor sa agentom\n/gjuha: jezik razgovora\n/fshi: brisanje "
        "podataka ovog razgovora\n\n"
        "Ne pišite PIN, PUK kod ni lozinku. Za pomoć besplatno pozovite 080010000."
    ),
    group_help=(
        "U grupi odgovaram na opšta pitanja: pomenite me ili odgovorite na moju poruku. Za svoj nalog pišite mi "
        "privatno: {link}"
    ),
    language_ask="Na kom jeziku da vam se obraćam? Odgovori o uslugama su na albanskom.",
    language_set="Sada vam se obraćam na srpskom.",
    erase_ask=(
        "Da obrišem podatke ovog razgovora? Brišu se poruke, jezik, potvrda broja i zahtevi da vas pozovemo. "
        "Zahtevi za ponovno uključenje sa dokazima ostaju dok ih osoblje ne zatvori. "
        "Poruke na svom telefonu brišete sami u Telegramu."
    ),
    erase_yes="Obriši",
    erase_no="Nemoj brisati",
    erased="Podaci ovog razgovora su obrisani. Za novi razgovor napišite /start.",
    kept="Ništa nije obrisano.",
    old_button="Ovo dugme je staro. Napišite pitanje ili otvorite /menu.",
    limited="Poslali ste previše poruka za kratko vreme. Sačekajte minut i pokušajte ponovo.",
    unavailable="Vašu poruku nisam mogao da obradim. Pošaljite je ponovo ili besplatno pozovite 080010000.",
    too_long="Poruka je preduga. Skratite je i pošaljite ponovo.",
    in_doubt="Veza je bila prekinuta. Ako poslednji odgovor nije stigao, mogu da ga ponovim.",
    repeat="Ponovi odgovor",
    carried="Razgovor se nastavlja u Telegramu. Radi vaše bezbednosti, potvrda broja nije preneta.",
    link_over="Veza više ne važi. Otvorite novu iz razgovora na stranici ili napišite pitanje ovde.",
    in_private="Za svoj nalog i za agenta pišite mi privatno: {link}",
    private_chat="Otvori privatni razgovor",
    voice="Glasovne poruke ne slušam. Molim vas, napišite pitanje.",
    sticker="Hvala! Nalepnice ne razumem. Molim vas, napišite pitanje.",
    video="Video zapise ne gledam. Molim vas, napišite pitanje.",
    location="Lokacija mi nije potrebna i ne čuva se. Molim vas, napišite pitanje.",
    poll="U anketama ne učestvujem. Molim vas, napišite pitanje.",
    other="Ovu vrstu poruke ne čitam. Molim vas, napišite pitanje.",
    number_ask=(
        "Za podatke o nalogu treba potvrditi vaš broj. Pritisnite „Pošalji moj broj“ ili napišite broj, na primer "
        "044 123 456. Jednokratni kod stiže SMS-om ili, za brojeve bez SMS-a, na registrovani kontakt."
    ),
    number_ask_puk=(
        "Napišite broj SIM kartice, na primer 044 123 456, ili pritisnite „Pošalji moj broj“. Jednokratni kod se šalje "
        "na vaše ranije registrovane kontakte."
    ),
    share_number="Pošalji moj broj",
    share_placeholder="044 123 456",
    code_to_known=(
        "Za više podataka potreban je jednokratni kod. Za broj {masked} stiže SMS-om ili, ako broj ne prima SMS, na "
        "registrovani kontakt."
    ),
    send_code_to="Pošalji kod",
    another_number="Za drugi broj, napišite ga.",
    contact_not_own="Možete poslati samo svoj broj, dugmetom „Pošalji moj broj“. Broj nije prihvaćen ni sačuvan.",
    contact_forwarded="Prosleđeni kontakt se ne prihvata. Pritisnite „Pošalji moj broj“ ili napišite broj.",
    contact_not_kosovo="Ovo nije broj sa Kosova. Napišite Valin broj, na primer 044 123 456.",
    matched="Vaš broj je prepoznat: {masked}.",
    code_sent=(
        "Ako je broj {masked} Valin, kod stiže SMS-om; ako broj ne prima SMS, šalje se na registrovani kontakt. "
        "Napišite ovde njegovih 6 cifara; poruku sa kodom odmah brišem. Za novi kod napišite broj ponovo."
    ),
    code_sent_puk=(
        "Ako je broj {masked} Valin, kod stiže na registrovani kontakt. Napišite ovde njegovih 6 cifara; poruku sa "
        "kodom odmah brišem. Ako ne stigne, napišite broj ponovo: ide na sledeći kontakt."
    ),
    code_second="Kod je bio tačan. Drugi kod se šalje na kontakt {to}. Napišite ovde njegovih 6 cifara.",
    cancel="Otkaži",
    code_alone="Napišite samo 6 cifara koda, bez drugog teksta.",
    code_wrong="Kod nije tačan. Preostalo pokušaja: {left}.",
    code_expired="Kod je istekao. Za novi kod napišite broj ponovo.",
    code_used_up="Kod više ne važi, jer je više puta pogrešno unet. Za novi kod napišite broj ponovo.",
    locked="Potvrđivanje ovog broja je zaustavljeno. Pokušajte kasnije ili besplatno pozovite 080010000.",
    locked_until=(
        "Potvrđivanje ovog broja je zaustavljeno posle više pogrešnih pokušaja. Pokušajte posle {until} ili besplatno "
        "pozovite 080010000."
    ),
    too_many_codes="Previše kodova. Pokušajte kasnije.",
    too_many_wrong="Previše pogrešnih kodova. Pokušajte sutra ili besplatno pozovite 080010000.",
    codes_unavailable="Kodovi se trenutno ne mogu slati. Pokušajte uskoro.",
    no_code_awaited="Ne čeka se nijedan kod. Poruka sa ciframa je obrisana.",
    verified="Broj {masked} je potvrđen. Važi do {time}.",
    cancelled="Potvrđivanje je otkazano.",
    puk_cover="Proverite da niko ne vidi ekran. Kod se prikazuje jednom, na 60 sekundi.",
    puk_show="Prikaži kod",
    puk_opening="PUK kod se otvara…",
    puk="PUK kod: {puk1}\n\nOva poruka stoji {seconds} sekundi.",
    puk_two="PUK kod: {puk1}\nPUK2 kod: {puk2}\n\nOva poruka stoji {seconds} sekundi.",
    puk_countdown="Kod se briše za {seconds} sekundi.",
    puk_hidden="PUK kod je sakriven.",
    puk_over="Ova mogućnost je istekla ili je iskorišćena. Napišite ponovo da vam treba PUK kod.",
    puk_refused="PUK kod se sada ne može prikazati. Besplatno pozovite 080010000.",
    puk_unavailable="PUK kod nije otvoren. Pokušajte uskoro ili besplatno pozovite 080010000.",
    proof_wanted="Pošaljite ovde fotografiju ili PDF dokument o uplati, do 5 MB.",
    proof_received="Primili smo dokaz o uplati. Referenca zahteva: {reference}.",
    proof_not_wanted=(
        "Za ovaj razgovor nema otvorenog zahteva za ponovno uključenje, pa datoteka nije sačuvana. Ako ste platili, "
        "napišite „kam paguar“."
    ),
    proof_too_large="Datoteka je veća od 5 MB. Pošaljite manju.",
    proof_type="Dozvoljene su samo datoteke JPG, PNG ili PDF.",
    proof_too_many="Za ovaj razgovor su već poslata tri dokaza. Za pomoć besplatno pozovite 080010000.",
    proof_failed="Datoteka nije preuzeta. Pošaljite je ponovo uskoro.",
    agent="{name}, Vala",
    an_agent="Valin agent",
    waiting="Čekamo agenta.",
    waiting_at="Čekamo agenta. Vaše mesto u redu: {position}.",
    with_agent="Sada razgovarate sa agentom.",
    with_agent_named="Sada razgovarate sa agentom: {name}.",
    agents_read_text="Agent prima samo tekst, zato ova poruka nije stigla. Napišite, molim vas.",
    hand_back="Agent je napustio razgovor. Nastavlja asistent Ndihma.",
    ended="Razgovor je završen. Za drugo pitanje samo napišite.",
    rate_ask="Kako smo vas uslužili?",
    rated="Hvala na oceni.",
    source="Izvor: {text} · pregledano {day}",
)
