"""How it runs: set-up, supervision of the processes, first password."""
