"""What runs inside Rasa's process: words, entities, intents, a sealed tracker store, a channel that tells of failures.

Python 3.10, in Rasa's own environment. Of ours it imports only ``language``.
"""
