"""Reports: what was read off a sheet, what the patient is asked and told of it."""
