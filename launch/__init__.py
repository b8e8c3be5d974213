"""start.py's half: the environment, the copies in work/, the words that it says. Standard library only."""
