"""Pictures of a low resolution: what the tests of widgets assert does not hang on it, and they draw hundreds."""

import pytest

from crmlib import plots


@pytest.fixture(autouse=True, scope="module")
def low_resolution():
    with pytest.MonkeyPatch.context() as patch:
        png = plots.Picture.png
        patch.setattr(plots.Picture, "png", lambda picture, dpi=50: png(picture, 50))
        yield
