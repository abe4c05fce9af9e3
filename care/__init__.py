"""What a hospital does for a patient."""
