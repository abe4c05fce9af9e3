"""How the recogniser of printed lines was made: ``python -m training.report`` writes ``models/report/``."""
