"""How large text may be written in a given space: the lines that it takes, the sizes of a slide's text and tables."""

import math
import re
import unicodedata

LEADING = 1.35  # height of a line, in sizes of the type: Chinese fonts need more than Latin ones
LETTER = 0.6  # width of a letter: of the widest font that may stand in for the one that is named
INSET = 0.2  # inches that a cell or a box leaves empty, left and right together
GAP = 0.1  # the same, above and below
SPARE = 0.93  # part of a line that is counted on: programs put space between Chinese and figures
STRETCH = 1.6  # how much wider than its text a table may become
SMALLEST = 16  # points, which the last row of seats can still read
SIZES = (28, 26, 24, 22, 20, 18, SMALLEST)
TOKENS = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s?|\s")  # what a line is not broken within


def breadth(text):
    """Width of a text in sizes of its type: a Chinese character takes one, a letter `LETTER`."""
    return sum(1 if unicodedata.east_asian_width(letter) in "WFA" else LETTER for letter in text)


def lines(text, room):
    """Number of lines that a text takes in a room (in sizes of the type)."""
    taken, left = 1, room
    for token in TOKENS.findall(text):
        need = breadth(token.rstrip())
        if need > left and left < room:
            taken, left = taken + 1, room
        taken += max(0, math.ceil(need / room) - 1)  # a word wider than the line is broken
        left -= breadth(token)
    return taken


def text_size(paragraphs, width, height, sizes=SIZES, space=0.6):
    """Largest size at which paragraphs fit into a box (inches), with `space` sizes after each; else the smallest."""

    def tall(size):
        room = (width - INSET) * 72 / size
        return sum(lines(text, room) * LEADING + space for text in paragraphs) * size / 72 + GAP

    return next((size for size in sizes if tall(size) <= height), sizes[-1])


def table_layout(rows, width, height, sizes=SIZES[2:]):
    """Size of the type, widths of the columns and heights of the rows (inches) of a table.

    The size is the largest at which all rows fit; at the smallest, the table may be taller than `height`.
    """
    for size in sizes:
        shares = min(divisions(rows, size, width), key=lambda shares: sum(heights(rows, size, shares)))
        tall = heights(rows, size, shares)
        if sum(tall) <= height:
            break
    return size, shares, tall


def heights(rows, size, shares):
    """Height of each row, by its cell with the most lines."""
    rooms = [(share - INSET) * 72 / size * SPARE for share in shares]
    taken = [max(lines(text, room) for text, room in zip(row, rooms, strict=True)) for row in rows]
    return [most * LEADING * size / 72 + GAP for most in taken]


def divisions(rows, size, width):
    """Two ways to divide the width: narrow columns whole and the rest by length; all by length, no word broken."""
    columns = list(zip(*rows, strict=True))
    needs = [max(map(breadth, column)) * 1.08 * size / 72 + INSET for column in columns]
    if sum(needs) <= width:
        factor = min(width / sum(needs), STRETCH)
        return [[need * factor for need in needs]]
    words = [[max(map(breadth, TOKENS.findall(text)), default=1) for text in column] for column in columns]
    least = [max(word) * 1.08 * size / 72 + INSET for word in words]
    return [divided(needs, least, width, whole) for whole in (True, False)]


def divided(needs, least, width, whole):
    """Share the width, the narrowest column first, which is left `whole` where that takes no more than a fair part."""
    order, shares, left = sorted(range(len(needs)), key=needs.__getitem__), [0.0] * len(needs), width
    for place, column in enumerate(order):
        rest = order[place:]
        by_length = left * needs[column] / sum(needs[other] for other in rest)
        fits = whole and needs[column] <= left / len(rest)
        shares[column] = needs[column] if fits else left if len(rest) == 1 else max(by_length, least[column])
        left -= shares[column]
    return [max(share, 0.6) for share in shares]
