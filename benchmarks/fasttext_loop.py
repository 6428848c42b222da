"""fastText as a line filter: what `junkfilter < FILE` is compared with. Usage: MODEL < IN > OUT.

As little as such a loop can do: read bytes, predict, write the line unless it is spam.
"""

from __future__ import annotations

import sys

import fasttext


def main() -> None:
    """Copies standard input without the lines that the model calls spam."""
    # Past `fasttext.load_model`, which only adds a warning, and past the method `predict` (see
    # contestants.py).
    predict = fasttext.FastText._FastText(sys.argv[1]).f.predict
    write = sys.stdout.buffer.write
    for line in sys.stdin.buffer:
        if predict(line.decode(), 1, 0.0, "strict")[0][1] != "__label__spam":
            write(line)


if __name__ == "__main__":
    main()
