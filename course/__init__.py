"""The tooling behind start.py: reads the chapters' sources, checks them, builds the notebooks."""
