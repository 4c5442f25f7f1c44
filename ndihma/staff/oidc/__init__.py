"""Signing in through the operator's own identity provider: OpenID Connect, authorization code flow with PKCE."""
