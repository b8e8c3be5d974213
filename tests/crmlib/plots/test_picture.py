"""The theme, its Chinese font in a student's own seaborn, and `Picture`: its description, its PNG, its element."""

import copy
import io
import re
import subprocess
import sys
import warnings

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib import font_manager
from matplotlib.text import Text
from PIL import Image

from crmlib import plots

TABLE = pd.DataFrame(
    {"城市": ["上海", "广州", "上海", "广州"], "价值": [-1.0, 2.5, 3.0, 0.5], "组": ["甲", "甲", "乙", "乙"]}
)


@pytest.fixture
def quiet():
    """A missing character, a missing family and a deprecation would each warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    plt.close("all")
    matplotlib.rcdefaults()
    plots.use_theme()


def draw(axes, title="客户终身价值：−1.5 元"):
    axes.set_title(title)
    axes.figure.canvas.draw()
    family = font_manager.findfont(axes.title.get_fontproperties())
    assert "CRMSansSC" in family


@pytest.mark.parametrize(
    "call",
    [
        lambda: sns.barplot(TABLE, x="城市", y="价值", hue="组"),
        lambda: sns.pointplot(TABLE, x="城市", y="价值", errorbar=None),
        lambda: sns.scatterplot(TABLE, x="价值", y="价值", hue="城市", style="组"),
        lambda: sns.lineplot(TABLE, x="城市", y="价值", hue="组", errorbar=None),
        lambda: sns.histplot(TABLE, x="价值", hue="城市"),
        lambda: sns.kdeplot(TABLE, x="价值"),
        lambda: sns.violinplot(TABLE, x="城市", y="价值"),
        lambda: sns.stripplot(TABLE, x="城市", y="价值"),
        lambda: sns.countplot(TABLE, x="城市"),
        lambda: sns.heatmap(TABLE.pivot_table(index="城市", columns="组", values="价值"), annot=True),
    ],
)
def test_a_students_own_seaborn_shows_chinese_in_the_colours_of_the_course(quiet, call):
    plt.figure()
    draw(call())
    assert sns.color_palette().as_hex() == [colour.lower() for colour in plots.COLOURS]


def test_a_figure_of_seaborn_with_panels_shows_chinese(quiet):
    grid = sns.relplot(TABLE, x="价值", y="价值", col="城市")
    draw(grid.axes.flat[0])


def test_the_theme_comes_back_after_a_theme_of_seaborn(quiet):
    sns.set_theme()
    assert "CRM Sans SC" not in matplotlib.rcParams["font.sans-serif"]
    plots.use_theme()
    assert matplotlib.rcParams["font.sans-serif"][:2] == ["CRM Sans SC", "Noto Sans CJK SC"]
    assert matplotlib.rcParams["axes.unicode_minus"] is False
    plt.figure()
    draw(sns.barplot(TABLE, x="城市", y="价值"))


def test_without_the_theme_there_would_be_boxes(quiet):
    """The tests above can fail."""
    matplotlib.rcParams["font.sans-serif"] = ["DejaVu Sans"]
    plt.figure()
    with pytest.raises(UserWarning, match="missing from font"):
        draw(sns.barplot(TABLE, x="城市", y="价值"))


def test_seaborn_loads_with_the_first_picture_that_needs_it():
    code = (
        "import sys, crmlib; assert not {'matplotlib', 'pandas', 'seaborn'} & set(sys.modules);"
        "from crmlib import plots; import pandas as pd;"
        "plots.bars(pd.Series({'A': 1, 'B': 2}, name='n'), title='t').png(50);"
        "assert 'seaborn' not in sys.modules and 'matplotlib.pyplot' not in sys.modules;"
        "plots.intervals(pd.DataFrame({'v': [1], 'lower': 0, 'upper': 2}), value='v'); assert 'seaborn' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# ---- Picture ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def picture():
    return plots.lines(pd.DataFrame({"Profit": [1.0, 3.0]}), title='"Growth" < 5')


def test_a_notebook_gets_the_picture_and_its_words(picture):
    shown = picture._repr_mimebundle_()
    assert shown["text/plain"] == repr(picture) == str(picture) == '"Growth" < 5. Profit: from 1 to 3.'
    assert re.fullmatch(
        r'<img src="data:image/png;base64,[\w+/=]+" alt="[^"<]+" width="720" style="[^"]+">', shown["text/html"]
    )
    assert 'alt="&quot;Growth&quot; &lt; 5. Profit: from 1 to 3."' in shown["text/html"]


def test_the_png_has_the_size_of_the_picture(picture):
    image = Image.open(io.BytesIO(picture.png(50)))
    assert image.size == (360, 190) and len(np.unique(np.asarray(image).reshape(-1, 3), axis=0)) > 10
    assert Image.open(io.BytesIO(picture.png(100))).size == (720, 380)


def test_pictures_leave_no_figure_behind(picture):
    assert plt.get_fignums() == []


DOLLARS = "from $5 to $6"
LABELLED = {
    "lines": lambda: plots.lines(
        pd.DataFrame({DOLLARS: [1.0, 3.0], "a$b$": [2, 4]}), title=DOLLARS, x=DOLLARS, y=DOLLARS
    ),
    "bars": lambda: plots.bars(pd.DataFrame({DOLLARS: [1.0], "a$b$": [2]}, index=[DOLLARS]), title=DOLLARS),
    "lying bars": lambda: plots.bars(pd.Series({DOLLARS: 1.0, "a$b$": 2.0}, name="x"), title="t", horizontal=True),
    "a note": lambda: plots.note(plots.lines(pd.DataFrame({"a": [1.0, 3.0]}), title="t"), DOLLARS),
}


@pytest.mark.parametrize("name", LABELLED)
def test_amounts_in_dollars_are_text(name):
    picture = LABELLED[name]()
    picture.png(60)
    texts = [text for text in picture.findobj(Text) if "$" in text.get_text()]
    assert texts and not any(text.get_parse_math() for text in texts)


def test_a_copy_of_a_picture_can_be_drawn():
    picture = plots.lines(pd.Series([1.0, 0.5], name="Survival"), title="Two years")
    assert copy.deepcopy(picture).png(30) == picture.png(30)
