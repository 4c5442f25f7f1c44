"""What Ndihma adds to Rasa: Albanian language work, an intent classifier and the gateway's channel.

Runs on Python 3.10 in the engine's environment and imports nothing of ``ndihma``.
"""
