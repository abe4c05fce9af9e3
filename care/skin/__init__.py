"""Skin: what the patient is told, what the clinician grades."""
