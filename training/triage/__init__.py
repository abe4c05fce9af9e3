"""How the department classifier was made: ``python -m training.triage`` writes ``models/triage/departments.npz``."""
