"""Run with training's own environment: ``training/skin/.venv/bin/python -m pytest -c training/skin/pytest.ini``."""
