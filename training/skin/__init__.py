"""How the skin networks were made: ``python -m training.skin dermoscopy`` and ``phone`` write ``models/skin/``."""
