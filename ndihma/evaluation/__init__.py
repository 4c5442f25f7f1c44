"""How well the model understands, counted on labelled messages (``ndihma evaluate``, ``ndihma cross-validate``).

* ``labelled``     reading a labelled file
* ``scores``       what was understood right: overall, by intent, by register
* ``calibration``  whether a confidence means what it says
* ``rejection``    what it costs to turn more of the messages away that are not ours
* ``explanation``  the words that decided a reading
* ``experiment``   training on part of the rows and reading others: cross-validation, the learning curve
* ``terminal``, ``page``  the report for a terminal and as one HTML page (``charts``, ``svg``, ``messages``)
"""

from ndihma.evaluation.labelled import Example, Malformed, parse
from ndihma.evaluation.scores import Prediction, Report, evaluate

__all__ = ["Example", "Malformed", "Prediction", "Report", "evaluate", "parse"]
