"""The stamp in the environment: written last, so it says that an installation is complete, and of what."""

import json

from launch import places
from launch.work import write_json


def read_stamp():
    try:
        stamp = json.loads(places.STAMP.read_text(encoding="utf-8"))
        return stamp if isinstance(stamp, dict) else {"complete": False}
    except FileNotFoundError:
        return {}
    except ValueError:  # the computer went down while it was written
        return {"complete": False}


def write_stamp(**stamp):
    write_json(places.STAMP, stamp)
