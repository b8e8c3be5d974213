"""What several tests share; they import from here, never from each other."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
