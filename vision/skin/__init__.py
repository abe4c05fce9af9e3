"""Skin photos: what a lesion looks like to a network, measured, for a clinician. Nothing here decides for a patient."""
