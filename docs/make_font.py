"""Make CRMSansSC-Regular.otf, the small Chinese font that the course's pictures carry.

    python docs/make_font.py NotoSansCJK-Regular.ttc

The collection is the one of Debian's package fonts-noto-cjk. Kept are the characters of GB2312, Latin letters and the
signs below; layout tables, vertical metrics and hints are dropped, the font gets a name of its own. The same collection
and the same fontTools (4.68.0 made the committed file) give the same bytes.
"""

import argparse
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection

FONT = Path(__file__).parents[1] / "crmlib" / "fonts" / "CRMSansSC-Regular.otf"
FAMILY = "CRM Sans SC"
POSTSCRIPT_NAME = "CRMSansSC-Regular"
# Signs and rarer characters beyond GB2312: add here what a chapter needs (the source has no ✗).
SIGNS = "→←↑↓↔≥≤≠≈×÷−±∞√∑✓★☆▲▼■□●○◆◇¥￥€£·•—–…“”‘’「」『』【】《》〈〉（）％‰°²³½′″①②③④⑤⑥⑦⑧⑨⑩－～"
DROPPED = ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
FIXED_TIME = 3_700_000_000  # seconds since 1904, so that two runs agree


def characters():
    """Return the code points that the font keeps."""
    gb2312 = {bytes([high, low]).decode("gb2312", "ignore") for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF)}
    latin = map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)])
    return {ord(sign) for sign in "".join([*gb2312, *latin, SIGNS])}


def rename(font):
    """Give the font its own name; the copyright and the licence stay as they were."""
    names = font["name"]
    kept = {0: names.getDebugName(0), 13: names.getDebugName(13), 14: names.getDebugName(14)}
    version = names.getDebugName(5).split(";")[0]
    names.names = []
    new = {1: FAMILY, 2: "Regular", 3: f"{POSTSCRIPT_NAME};1.0", 4: FAMILY, 5: f"Version 1.0; subset of {version}"}
    new[6] = POSTSCRIPT_NAME
    for name_id, text in sorted((kept | new).items()):
        names.setName(text, name_id, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [POSTSCRIPT_NAME]
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = FAMILY, FAMILY
    for part in top.FDArray:
        part.FontName = POSTSCRIPT_NAME


def make(collection, out):
    """Write the subset of the collection's Simplified Chinese face to ``out``."""
    faces = TTCollection(collection).fonts
    font = next(face for face in faces if face["name"].getDebugName(1) == "Noto Sans CJK SC")
    options = Options(drop_tables=DROPPED, layout_features=[], hinting=False, name_IDs=["*"], notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    rename(font)
    font["head"].created = font["head"].modified = FIXED_TIME
    font.recalcTimestamp = False
    font.save(out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("collection", help="NotoSansCJK-Regular.ttc")
    parser.add_argument("--out", default=FONT)
    arguments = parser.parse_args()
    make(arguments.collection, arguments.out)
