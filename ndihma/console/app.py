"""The console's operations, for the gateway's table of routes."""

from __future__ import annotations

from ndihma.console.assist import AssistApi
from ndihma.console.assist_schemas import (
    AnswersFound,
    FeedbackGiven,
    FeedbackStored,
    SuggestionsGiven,
    TextTyped,
    WordsTyped,
)
from ndihma.console.auth import ConsoleAuth
from ndihma.console.oidc import OidcApi
from ndihma.console.schemas import (
    CodeAwaited,
    CodeShown,
    InvitationShown,
    PasswordShown,
    SetupDone,
    SetupOffered,
    SetupShown,
    SignInWays,
    StaffSession,
)
from ndihma.gateway.openapi import Operation, Parameter

__all__ = ["assist_operations", "signing_in_operations"]


def signing_in_operations(auth: ConsoleAuth, oidc: OidcApi) -> tuple[Operation, ...]:
    """Signing in and out, setting an account up."""
    return (
        Operation(
            "GET", "/api/console/ways", "signInWays", "Which ways of signing in there are",
            oidc.ways, {200: SignInWays}, secured=False,
        ),
        Operation(
            "POST", "/api/console/session", "signIn", "Sign in: user name and password",
            auth.sign_in, {200: CodeAwaited}, takes=(PasswordShown,), secured=False,
            refuses=(400, 401, 403, 408, 413, 415, 422, 429, 503),
        ),
        Operation(
            "POST", "/api/console/session/totp", "showCode",
            "The second step of signing in; in a session, proof that its person is still there",
            auth.show_code, {200: StaffSession}, takes=(CodeShown,), scheme="staff",
            refuses=(400, 401, 403, 408, 413, 415, 422, 429, 503),
        ),
        Operation(
            "GET", "/api/console/session", "whoAmI", "Who is signed in",
            auth.who, {200: StaffSession}, scheme="staff", refuses=(401, 403, 429, 503),
        ),
        Operation(
            "DELETE", "/api/console/session", "signOut", "Sign out",
            auth.sign_out, {204: None}, scheme="staff", refuses=(401, 403, 429, 503),
        ),
        Operation(
            "DELETE", "/api/console/sessions", "signOutEverywhere", "Sign out in every browser",
            auth.sign_out_everywhere, {204: None}, scheme="staff", refuses=(401, 403, 429, 503),
        ),
        Operation(
            "POST", "/api/console/setup", "lookAtInvitation", "What an invitation offers; it stays good",
            auth.look_at_invitation, {200: SetupOffered}, takes=(InvitationShown,), secured=False,
            refuses=(400, 403, 408, 410, 413, 415, 422, 429, 503),
        ),
        Operation(
            "POST", "/api/console/setup/complete", "setUpAccount", "Use the invitation: choose a password, show a code",
            auth.set_up, {201: SetupDone}, takes=(SetupShown,), secured=False,
            refuses=(400, 403, 408, 410, 413, 415, 422, 429, 503),
        ),
    )  # fmt: skip


def assist_operations(assist: AssistApi) -> tuple[Operation, ...]:
    """What helps an agent who talks or writes."""
    return (
        Operation(
            "POST", "/api/assist/suggestions", "suggestAnswers", "Suggested answers to what an agent has typed so far",
            assist.suggest, {200: SuggestionsGiven}, takes=(TextTyped,), scheme="assist",
            refuses=(400, 401, 403, 408, 413, 415, 422, 429, 503),
        ),
        Operation(
            "GET", "/api/assist/search", "searchAnswers", "Answers of the FAQ by the words one types",
            assist.search, {200: AnswersFound}, scheme="assist", refuses=(401, 403, 422, 429, 503),
            parameters=(
                Parameter("q", "query", "Words, or their beginnings; at most 200 characters."),
                Parameter("limit", "query", "At most so many, 1 to 20; 8 by default.", 20),
            ),
        ),
        Operation(
            "POST", "/api/assist/search", "searchTypedWords", "The same, with the words in the body",
            assist.search_typed, {200: AnswersFound}, takes=(WordsTyped,), scheme="assist",
            refuses=(400, 401, 403, 408, 413, 415, 422, 429, 503),
        ),
        Operation(
            "POST", "/api/assist/feedback", "giveFeedback", "What happened to a suggestion",
            assist.give_feedback, {201: FeedbackStored}, takes=(FeedbackGiven,), scheme="assist",
            refuses=(400, 401, 403, 408, 413, 415, 422, 429, 503),
        ),
    )  # fmt: skip
