"""What all tests of the engine have in common."""

from hypothesis import HealthCheck, settings

# Nothing here depends on how busy the machine is: an example may take its time.
settings.register_profile("untimed", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
