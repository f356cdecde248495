"""Make tests come out alike on every machine, however busy it is and however they were started."""

import signal

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell ignores Ctrl-C for what it starts in the background, and so would what tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
