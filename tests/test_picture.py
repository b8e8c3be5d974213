"""Pictures as files: what is encoded is what was drawn."""

import io

import numpy as np
import pandas as pd
from PIL import Image

from crmlib import plots


def test_a_png_holds_the_pixels_that_were_drawn():
    picture = plots.bars(pd.Series({"A": 10, "B": -5}, name="Profit"), title="Two customers")
    file = Image.open(io.BytesIO(picture.png()))
    drawn = np.asarray(picture.canvas.buffer_rgba())[..., :3]
    assert (file.format, file.mode, file.size) == ("PNG", "RGB", (936, 494))
    assert (np.asarray(file) == drawn).all()
    assert len(np.unique(drawn.reshape(-1, 3), axis=0)) > 10
