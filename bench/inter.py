"""Makes the two font files of casedsl/transit/fonts from Inter's web fonts. Run by hand, once for a version of Inter.

    npm pack inter-ui@4.1.1 && tar xzf inter-ui-4.1.1.tgz
    pip install fonttools brotli
    python bench/inter.py package/web casedsl/transit/fonts

What it does: keeps the letters of Latin, Greek and Cyrillic, digits, punctuation, currencies, arrows, signs of
mathematics and a few shapes; drops hints and every table of features (kerning, ligatures), so that a text is exactly
as wide as the sum of its letters, in each program that draws it. The outlines stay as they are.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset

KEPT = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x2B0, 0x2FF),
    (0x300, 0x36F),
    (0x370, 0x3FF),
    (0x400, 0x52F),
    (0x1E00, 0x1FFF),
    (0x2010, 0x205E),
    (0x2070, 0x209C),
    (0x20A0, 0x20C0),
    (0x2100, 0x218B),
    (0x2190, 0x21FF),
    (0x2200, 0x22FF),
    (0x25A0, 0x25FF),
    (0x2713, 0x2718),
    (0xFFFD, 0xFFFD),
)


def make(source: Path, target: Path) -> None:
    options = subset.Options(
        layout_features=[], hinting=False, glyph_names=False, notdef_outline=True, name_IDs=[0, 1, 2, 4, 5, 6, 14],
        drop_tables=["GPOS", "GSUB", "GDEF", "DSIG"], recalc_timestamp=False, legacy_kern=False,
    )  # fmt: skip
    font = subset.load_font(str(source), options)
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=[code for low, high in KEPT for code in range(low, high + 1)])
    chosen.subset(font)
    font.flavor = None
    font.save(target, reorderTables=True)


if __name__ == "__main__":
    web, fonts = map(Path, sys.argv[1:])
    for face in ("Inter-Regular", "Inter-Bold"):
        make(web / f"{face}.woff2", fonts / f"{face}.ttf")
