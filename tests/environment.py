"""The tests' own surroundings, loaded before the settings: nothing of a running site is touched."""

import os
from pathlib import Path

from courtparty.lib import catalogues

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "var" / "test"

os.environ |= {
    "COURTPARTY_DATA": str(DATA),
    "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-only-for-tests",
    "FIELD_KEYS": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtb24=",
    "INDEX_KEY": "only-for-tests",
}
for name in (
    "HOST",
    "PORT",
    "TLS_CERT",
    "TLS_KEY",
    "BEHIND_TLS_PROXY",
    "ALLOWED_HOSTS",
    "EMAIL_HOST",
    "SITE_URL",
):
    os.environ.pop(name, None)

# Nothing is collected for tests, but a missing folder is a warning, and warnings are errors.
(DATA / "static").mkdir(parents=True, exist_ok=True)
catalogues.compile_changed(ROOT / catalogues.CATALOGUE)
