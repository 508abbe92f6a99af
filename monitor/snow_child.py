"""The process SnowNLP lives in: JSON strings in, one p a line out. Started by monitor.snow as a file of its
own (`python -I`), so it imports nothing of Minsheng; it ends when its standard input does."""

import json
import signal
import sys


def main() -> None:
    # Ctrl-C goes to the whole group of processes; the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Loads the classifier; the SnowNLP() constructor would build a BM25 index for nothing.
    from snownlp.sentiment import classify

    for line in sys.stdin:
        try:
            p = float(classify(json.loads(line)))
        except ZeroDivisionError:  # nothing left after its stop words
            p = 0.5
        try:
            sys.stdout.write(f"{p!r}\n")
            sys.stdout.flush()
        except BrokenPipeError:  # the parent is gone
            sys.stderr.close()
            return


if __name__ == "__main__":
    main()
