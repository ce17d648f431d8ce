"""Run by `python -m unittest`."""
