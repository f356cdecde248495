"""Make tests come out alike on every machine, however busy it is and however they were started."""

import signal

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")

for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        # A shell ignores Ctrl-C for what it starts in the background, nohup ignores SIGHUP, and so
        # would what tests start.
        signal.signal(number, usual)
