"""The site's secrets: given in the environment, or made once beside an embedded database."""

import base64
import os
import secrets
import sys
from pathlib import Path

NAMES = ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY")


class KeysMissing(SystemExit):
    """New keys would be wrong here: what is already encrypted could never be read again."""


def read_or_make(path: Path) -> dict[str, str]:
    """The secrets by name. Those in the environment win over those in the file.

    The file is made when the database lies beside it and is still to be made. It is refused where
    a database exists without its keys, and where the database is elsewhere: several hosts share
    that one, and each would make keys of its own.
    """
    given = {name: os.environ[name] for name in NAMES if os.environ.get(name)}
    if len(given) == len(NAMES):
        return given
    if not path.exists():
        _refuse_to_replace(path)
        _write_once(path, new_keys())
    return _read(path) | given


def new_keys() -> dict[str, str]:
    # FIELD_KEYS takes Fernet keys: 32 random bytes in URL-safe base 64.
    fernet_key = base64.urlsafe_b64encode(os.urandom(32)).decode()
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": fernet_key,
        "INDEX_KEY": secrets.token_urlsafe(32),
    }


def _refuse_to_replace(path: Path) -> None:
    if not os.environ.get("DATABASE_URL", "sqlite:").startswith("sqlite:"):
        raise KeysMissing(
            f"DATABASE_URL names a database server: give {', '.join(NAMES)} in the environment, "
            "the same on every host. `python -m courtparty.keys` prints new ones."
        )
    if any(path.parent.glob("*.sqlite3")):
        raise KeysMissing(
            f"{path} is missing, but its database is there. Bring the keys back from the backup; "
            "new ones could not read what is encrypted."
        )


def _write_once(path: Path, keys: dict[str, str]) -> None:
    """Make the file whole or not at all; of two processes one wins, and both read the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in keys.items())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _read(path: Path) -> dict[str, str]:
    lines = path.read_text().splitlines()
    keys = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    missing = [name for name in NAMES if not keys.get(name)]
    if missing:
        raise KeysMissing(f"{path} lacks {', '.join(missing)}. Bring it back from the backup.")
    return keys


if __name__ == "__main__":
    sys.stdout.writelines(f"{name}={value}\n" for name, value in new_keys().items())
