"""Cleans up after a command that was killed: `watchdog.py RUN FOLDER…`.

Its standard input is a pipe that only the command holds open. When the pipe closes, for whatever reason, every
process that carries the run's name is ended and the run's folders are removed.
"""
import shutil
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from lib.process import sweep


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    name, *folders = sys.argv[1:]
    sys.stdin.buffer.read()
    sweep(name)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
