"""The model that doubts: from our own sentences and open questions to ``models/emergency/doubt.npz``."""
