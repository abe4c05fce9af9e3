"""How each model was trained and measured."""
