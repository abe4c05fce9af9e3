"""What is kept, and who may see it: database, vault, masking, media."""
