"""The course's data, from files that travel with the library: nothing is downloaded.

Every file has a card (source, licence, columns with units, known faults): ``card("cdnow_sample")``. It is the
documentation of what the file's loader returns.
"""

from crmlib.datasets.cards import Card, card
from crmlib.datasets.qinghe import *  # noqa: F403
from crmlib.datasets.real import *  # noqa: F403
from crmlib.editions import gone

__getattr__ = gone(__name__)
