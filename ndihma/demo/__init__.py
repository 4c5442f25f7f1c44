"""`ndihma demo`: life for a development system that runs, so that the console can be looked at."""
