"""Benchmarks: ``make bench`` measures Ndihma beside stock Rasa, in one run on one machine."""
