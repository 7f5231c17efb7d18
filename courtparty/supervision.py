"""The whole site on one machine: prepares it, runs it under supervisord, stops all of it.

Three processes are kept alive: the web server, the Celery worker and beat. This one prepares the
site, holds the lock on the data folder, says when the server answers, and passes signals on.
Run as a file (`python -P`), with the standard library only: as a module it would load the whole
package, which costs a quarter of a second and 25 MB for nothing.
"""

import argparse
import configparser
import contextlib
import fcntl
import ipaddress
import os
import secrets
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

BASE_DIR = Path(__file__).resolve().parent.parent

# Requests are short, and Python runs one at a time: four threads let three go on reading while one
# waits for SQLite's write lock. More would only cost memory, at about 8 MB each under load.
WEB_THREADS = 4
WORKER_PROCESSES = 2
SECONDS_TO_ANSWER = 60
SECONDS_TO_STOP = 45
SOCKET = "supervisor.sock"
SOCKET_PATH_LIMIT = 90  # of the 107 the system allows, some go to supervisord's own draft


class CannotStart(Exception):
    """The site may not, or could not, be started. Its text is for whoever typed the command."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the site is to run: read from the environment, as in the settings."""

    data: Path
    host: str
    port: int
    name: str
    tls_cert: str
    tls_key: str
    proxies: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Site":
        try:
            return cls(
                data=Path(environment.get("COURTPARTY_DATA") or BASE_DIR / "var").resolve(),
                host=environment.get("HOST") or "127.0.0.1",
                port=int(environment.get("PORT") or 8000),
                name=environment.get("ALLOWED_HOSTS", "").split(",")[0].strip("*."),
                tls_cert=environment.get("TLS_CERT", ""),
                tls_key=environment.get("TLS_KEY", ""),
                proxies=int(environment.get("BEHIND_TLS_PROXY") or 0),
            )
        except ValueError as error:
            raise CannotStart(f"PORT and BEHIND_TLS_PROXY are whole numbers: {error}") from None

    @property
    def has_tls(self) -> bool:
        return bool(self.tls_cert and self.tls_key)

    @property
    def is_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def local_address(self) -> str:
        """What this machine reaches the server at, whatever it listens on."""
        return self._address({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host))  # noqa: S104

    @property
    def address(self) -> str:
        """What people reach it at."""
        return self._address(self.name) if self.name and self.has_tls else self.local_address

    def _address(self, host: str) -> str:
        bracketed = f"[{host}]" if ":" in host else host
        return f"{'https' if self.has_tls else 'http'}://{bracketed}:{self.port}/"


def main() -> int:
    options = _options()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, _interrupt)
    try:
        site = Site.from_environment(os.environ)
        refuse_unsafe(site)
        lock = hold(site.data)  # until this process ends
        refuse_taken_port(site)
        return run(site, demo=options.demo, lock=lock)
    except CannotStart as refusal:
        _say(f"courtparty did not start: {refusal}")
        return 1
    except KeyboardInterrupt:
        return 130


def refuse_unsafe(site: Site) -> None:
    """Passwords never cross a network in the clear."""
    if bool(site.tls_cert) != bool(site.tls_key):
        raise CannotStart("TLS_CERT and TLS_KEY are given together.")
    for path in filter(None, (site.tls_cert, site.tls_key)):
        if not os.access(path, os.R_OK):
            raise CannotStart(f"{path} cannot be read.")
    if site.has_tls and b"BEGIN PRIVATE KEY" not in Path(site.tls_key).read_bytes():
        raise CannotStart(
            f"{site.tls_key} is not an unencrypted PKCS#8 key. Convert it with: "
            f"openssl pkcs8 -topk8 -nocrypt -in {site.tls_key} -out key.pem"
        )
    if not (site.is_loopback or site.has_tls or site.proxies):
        raise CannotStart(
            f"HOST={site.host} can be reached from other machines, so TLS is required: give "
            "TLS_CERT and TLS_KEY, or BEHIND_TLS_PROXY=1 behind a proxy that ends TLS."
        )


def refuse_taken_port(site: Site) -> None:
    family = socket.AF_INET6 if ":" in site.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((site.host, site.port))
        except (OSError, OverflowError) as error:
            raise CannotStart(
                f"port {site.port} on {site.host} cannot be used ({_reason(error)}). "
                f"Choose another: PORT={site.port + 1 if site.port < 65535 else 8000} bin/run"
            ) from None


def hold(data: Path) -> TextIO:
    """Lock the data folder for this process: a second start on the same one is refused."""
    if "%" in f"{data}{BASE_DIR}":
        raise CannotStart(f"no folder of the site may have a % in its name: {data}, {BASE_DIR}")
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if data.stat().st_uid == os.geteuid():
            data.chmod(0o700)
        lock = (data / "run.lock").open("a+")
    except OSError as error:
        raise CannotStart(
            f"{data} cannot be written ({_reason(error)}). Name a folder of your own: "
            "COURTPARTY_DATA=$HOME/courtparty bin/run"
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        raise CannotStart(
            f"it already runs with the data in {data} (process {holder}). "
            "Stop that one, or name another folder: COURTPARTY_DATA=… bin/run"
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def run(site: Site, *, demo: bool, lock: TextIO) -> int:
    for name in ("log", "tmp"):
        (site.data / name).mkdir(mode=0o700, exist_ok=True)
    environment = os.environ | {
        "COURTPARTY_DATA": str(site.data),
        "DJANGO_SETTINGS_MODULE": "courtparty.settings",
        "SITE_URL": os.environ.get("SITE_URL", site.address.rstrip("/")),
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(site.data / "tmp"),  # uploads and queued messages stay in the folder
    }
    who_can_sign_in = prepare(environment, demo=demo)
    supervisor = start(site, environment)
    try:
        if _has_control(site):
            _wake(supervisor, site.data / SOCKET)
        _wait_until_it_answers(site, supervisor)
        _say(f"\ncourtparty runs at {site.address}  (Ctrl-C stops it; logs in {site.data / 'log'})")
        _say(who_can_sign_in)
        supervisor.wait()
        _say(f"courtparty ended by itself; see {site.data / 'log' / 'supervisord.log'}")
        return 1
    except KeyboardInterrupt:
        _say("\nStopping ...")
        return 0
    finally:
        stop(supervisor)


def prepare(environment: Mapping[str, str], *, demo: bool) -> str:
    """Bring database, catalogue and static files up to date; return who can sign in."""
    command = [sys.executable, "manage.py", "prepare", *(["--demo"] if demo else [])]
    done = subprocess.run(command, cwd=BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise CannotStart("the preparation failed, as said above.")
    return done.stdout.rstrip()


def start(site: Site, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    path = site.data / "supervisord.conf"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        configuration(site).write(file)
    command = [*_dying_with_its_parent(), sys.executable, "-m", "supervisor.supervisord"]
    # A group of its own: Ctrl-C reaches this process alone, which then stops the others in order.
    return subprocess.Popen([*command, "-c", str(path)], env=environment, process_group=0)


def _wake(supervisor: subprocess.Popen[bytes], path: Path) -> None:
    """Have it start its programs now: left alone it does so a second after it is up."""
    deadline = time.monotonic() + 5
    while supervisor.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as visitor:
            visitor.connect(str(path))
            return
        time.sleep(0.02)


def stop(supervisor: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    supervisor.terminate()
    try:
        supervisor.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        supervisor.kill()


def configuration(site: Site) -> configparser.RawConfigParser:
    conf = configparser.RawConfigParser()
    conf["supervisord"] = {
        "nodaemon": "true",
        "loglevel": "warn",  # on the console: only what ended that should not have
        "logfile": str(site.data / "log" / "supervisord.log"),
        "logfile_maxbytes": "5MB",
        "logfile_backups": "3",
        "childlogdir": str(site.data / "log"),
        "pidfile": str(site.data / "supervisord.pid"),
        "directory": str(BASE_DIR),
        "strip_ansi": "true",
    }
    if _has_control(site):
        conf.read_dict(_control(site.data / SOCKET))
    if os.geteuid() == 0:
        conf["supervisord"]["user"] = "root"  # said in so many words, or it warns
    conf["program:web"] = _program(site, "web", _web(site), seconds_to_stop=15)
    conf["program:web"]["environment"] = 'MALLOC_ARENA_MAX="1"'  # see docs/operation.md
    conf["program:worker"] = _program(site, "worker", _worker(), seconds_to_stop=30, yields=True)
    conf["program:beat"] = _program(site, "beat", _beat(), seconds_to_stop=10, yields=True)
    conf["group:courtparty"] = {"programs": "web,worker,beat"}  # a group is stopped at once
    return conf


def _has_control(site: Site) -> bool:
    return len(str(site.data / SOCKET)) <= SOCKET_PATH_LIMIT


def _control(path: Path) -> dict[str, dict[str, str]]:
    """For `supervisorctl -c supervisord.conf status`, by the folder's owner alone."""
    who = {"username": "owner", "password": secrets.token_hex()}
    return {
        "unix_http_server": {"file": str(path), "chmod": "0700", **who},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
        "supervisorctl": {"serverurl": f"unix://{path}", **who},
    }


def _web(site: Site) -> list[str]:
    arguments = [
        *("granian", "--interface", "wsgi", "--no-ws"),
        *("--host", site.host, "--port", str(site.port)),
        *("--workers", "1", "--respawn-failed-workers", "--respawn-interval", "0.5"),
        *("--blocking-threads", str(WEB_THREADS), "--blocking-threads-idle-timeout", "600"),
        *("--workers-kill-timeout", "10"),
    ]
    if site.has_tls:
        arguments += ["--ssl-certificate", site.tls_cert, "--ssl-keyfile", site.tls_key]
        arguments += ["--ssl-protocol-min", "tls1.2"]  # office browsers are years behind
    return [*arguments, "courtparty.web:application"]


def _worker() -> list[str]:
    return [
        *("celery", "-A", "courtparty.celery", "worker", "--pool", "prefork"),
        *("--concurrency", str(WORKER_PROCESSES), "--without-mingle", "--without-gossip"),
    ]


def _beat() -> list[str]:
    return ["celery", "-A", "courtparty.celery", "beat", "--pidfile="]


def _program(
    site: Site, name: str, arguments: list[str], *, seconds_to_stop: int, yields: bool = False
) -> dict[str, str]:
    # Whoever waits for a page goes before what is done in the background.
    nice = ["nice", "-n", "5"] if yields else []
    command = [*_dying_with_its_parent(), *nice, sys.executable, "-m", *arguments]
    return {
        "command": shlex.join(command).replace("%", "%%"),
        "autorestart": "true",
        "umask": "077",
        "startsecs": "2",
        "startretries": "100",  # each a second later than the one before
        "stopsignal": "TERM",
        "stopwaitsecs": str(seconds_to_stop),
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": str(site.data / "log" / f"{name}.log"),
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": "5",
    }


def _dying_with_its_parent() -> list[str]:
    """Prefix of a command that is told to stop when what started it is killed outright."""
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


def _wait_until_it_answers(site: Site, supervisor: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        if supervisor.poll() is not None:
            raise CannotStart("the supervisor ended, as said above.")
        if _answers(site):
            return
        time.sleep(0.1)
    raise CannotStart(f"the web server does not answer; see {site.data / 'log' / 'web.log'}")


def _answers(site: Site) -> bool:
    # It is asked whether it is up, not who it is: the certificate names another host than this.
    unverified = ssl.create_default_context()
    unverified.check_hostname = False
    unverified.verify_mode = ssl.CERT_NONE
    direct = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=unverified), _Stay
    )
    request = urllib.request.Request(site.local_address)  # noqa: S310
    if site.name:
        request.add_header("Host", site.name)
    try:
        direct.open(request, timeout=5).close()
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False
    return True


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer."""

    def redirect_request(self, *arguments: object) -> None:
        return None


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _interrupt(*_arguments: object) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/run")
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="no demo court")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
