"""How patients say things: lexicons, negation, numbers, ages, dates, departments.

Pure Python for 3.10 and 3.11 alike with rjieba as its only dependency, because it is used both inside Rasa's process
(``bot``) and in the house (``care``). It imports nothing of ours.
"""
