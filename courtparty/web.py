"""What the supervised web server loads: the application, in a process that outlives no server."""

import ctypes
import signal

from courtparty.wsgi import application

__all__ = ["application"]

PR_SET_PDEATHSIG = 1

# The server's own process may be killed outright. Its worker would go on holding the port.
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
