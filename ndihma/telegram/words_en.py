"""The bot's own sentences in English."""

from __future__ import annotations

from typing import Final

from ndihma.telegram.words import Words

__all__ = ["ENGLISH"]

ENGLISH: Final = Words(
    language="English",
    commands={
        "start": "Begin the conversation",
        "menu": "Topics",
        "gjendja": "The state of my account",
        "agjenti": "Talk to an agent",
        "gjuha": "Choose the language",
        "ndihma": "How I can help",
        "fshi": "Erase this conversation's data",
    },
    group_commands={"ndihma": "How I can help"},
    answers_in_albanian="Answers about the services are in Albanian. Change the language with /gjuha.",
    menu="Choose a topic or write your question.",
    help=(
        "Write your question in your own words. Answers about the services are in Albanian.\n\n"
        "/menu: topics\n/gjendja: the state of your account\n/agjenti: talk to an agent\n/gjuha: this conversation's "
        "language\n/fshi: erase this conversation's data\n\n"
        "Do not write your PIN, PUK code or password. For help call 080010000 free of charge."
    ),
    group_help=(
        "In a group I answer general questions: mention me or reply to my message. For your account write to me in "
        "private: {link}"
    ),
    language_ask="Which language shall I use? Answers about the services are in Albanian.",
    language_set="I speak English to you now.",
    erase_ask=(
        "Erase this conversation's data? Messages, language, verification and requests to be called are erased. "
        "Requests for reconnection and their proofs stay until the staff closes them. "
        "Messages on your phone you delete in Telegram."
    ),
    erase_yes="Erase",
    erase_no="Keep",
    erased="This conversation's data was erased. For a new conversation write /start.",
    kept="Nothing was erased.",
    old_button="This button is old. Write your question or open /menu.",
    limited="You have sent too many messages in a short time. Wait a minute and try again.",
    unavailable="Your message could not be worked on. Send it again shortly or call 080010000 free of charge.",
    too_long="The message is too long. Shorten it and send it again.",
    in_doubt="The connection was interrupted. If the last answer did not arrive, I can repeat it.",
    repeat="Repeat the answer",
    carried="The conversation goes on in Telegram. For your safety the number's verification was not carried over.",
    link_over="The link is no longer valid. Open a new one from the page's chat, or write your question here.",
    in_private="For your account and for an agent write to me in private: {link}",
    private_chat="Open the private chat",
    voice="I cannot listen to voice messages. Please write your question.",
    sticker="Thank you! I do not understand stickers. Please write your question.",
    video="I cannot watch videos. Please write your question.",
    location="I do not need your location, and it is not kept. Please write your question.",
    poll="I take no part in polls. Please write your question.",
    other="I cannot read this kind of message. Please write your question.",
    number_ask=(
        "For your account's data your number must be verified. Press “Send my number” or write the number, for "
        "example 044 123 456. The one-time code comes by SMS or, for numbers without SMS, to a registered contact."
    ),
    number_ask_puk=(
        "Write the SIM card's number, for example 044 123 456, or press “Send my number”. The one-time code goes to "
        "your contacts registered earlier."
    ),
    share_number="Send my number",
    share_placeholder="044 123 456",
    code_to_known=(
        "For more data a one-time code is needed. For the number {masked} it comes by SMS or, if the number receives "
        "no SMS, to a registered contact."
    ),
    send_code_to="Send the code",
    another_number="For another number, write it.",
    contact_not_own="You can send your own number only, with “Send my number”. The number was not taken and not kept.",
    contact_forwarded="A forwarded contact is not taken. Press “Send my number” or write the number.",
    contact_not_kosovo="This is not a telephone number of Kosovo. Write your Vala number, for example 044 123 456.",
    matched="Your number was recognised: {masked}.",
    code_sent=(
        "If the number {masked} is Vala’s, the code comes by SMS; if the number receives no SMS, it goes to a "
        "registered contact. Write its 6 digits here; I delete the message with the code at once. For a new code "
        "write the number again."
    ),
    code_sent_puk=(
        "If the number {masked} is Vala’s, the code goes to a registered contact. Write its 6 digits here; I delete "
        "the message with the code at once. If it does not come, write the number again: it goes to the next contact."
    ),
    code_second="The code was right. The second code is being sent to the contact {to}. Write its 6 digits here.",
    cancel="Cancel",
    code_alone="Write the 6 digits of the code alone, without other text.",
    code_wrong="The code is not right. Tries left: {left}.",
    code_expired="The code has expired. For a new code write the number again.",
    code_used_up="The code is no longer valid: it was mistyped too often. For a new code write the number again.",
    locked="Verification of this number was stopped. Try later or call 080010000 free of charge.",
    locked_until=(
        "Verification of this number was stopped after too many wrong tries. Try after {until} or call 080010000 free "
        "of charge."
    ),
    too_many_codes="Too many codes were asked for. Try again later.",
    too_many_wrong="Too many wrong codes. Try tomorrow or call 080010000 free of charge.",
    codes_unavailable="Codes cannot be sent at the moment. Try again shortly.",
    no_code_awaited="No code is awaited. The message with the digits was deleted.",
    verified="The number {masked} was verified. Valid until {time}.",
    cancelled="The verification was cancelled.",
    puk_cover="Make sure that nobody else sees the screen. The code is shown once, for 60 seconds.",
    puk_show="Show code",
    puk_opening="The PUK code is being opened…",
    puk="PUK code: {puk1}\n\nThis message stays for {seconds} seconds.",
    puk_two="PUK code: {puk1}\nPUK2 code: {puk2}\n\nThis message stays for {seconds} seconds.",
    puk_countdown="The code is deleted in {seconds} seconds.",
    puk_hidden="The PUK code was hidden.",
    puk_over="This offer has expired or was used. Write again that you need the PUK code.",
    puk_refused="The PUK code cannot be shown now. Call 080010000 free of charge.",
    puk_unavailable="The PUK code was not opened. Try again shortly or call 080010000 free of charge.",
    proof_wanted="Send the photo or the PDF document of the payment here, up to 5 MB.",
    proof_received="We have received the proof of payment. Reference of the request: {reference}.",
    proof_not_wanted=(
        "This conversation has no open request for reconnection, so the file was not kept. If you have paid, write "
        "“kam paguar”."
    ),
    proof_too_large="The file is larger than 5 MB. Send a smaller one.",
    proof_type="Only JPG, PNG or PDF files are allowed.",
    proof_too_many="Three proofs were sent in this conversation already. For help call 080010000 free of charge.",
    proof_failed="The file could not be fetched. Send it again shortly.",
    agent="{name}, Vala",
    an_agent="Vala agent",
    waiting="We are waiting for an agent.",
    waiting_at="We are waiting for an agent. Your place in the queue: {position}.",
    with_agent="You are talking with an agent now.",
    with_agent_named="You are talking with an agent now: {name}.",
    agents_read_text="The agent receives text only, so this message did not arrive. Please write.",
    hand_back="The agent left the conversation. The assistant Ndihma goes on.",
    ended="The conversation has ended. For another question just write.",
    rate_ask="How did we do?",
    rated="Thank you for your rating.",
    source="Source: {text} · reviewed on {day}",
)
