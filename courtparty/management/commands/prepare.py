import hashlib
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

from courtparty import demo
from courtparty.accounts.services import first_administrator_link
from courtparty.lib import catalogues
from courtparty.notices.calendar import seed_working_days


class Command(BaseCommand):
    help = (
        "Bring the database, the catalogue and the static files up to this version. "
        "Progress goes to stderr; stdout says who can sign in."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo court if absent")

    def handle(self, *, demo: bool, **options: object) -> None:
        catalogues.compile_changed(settings.BASE_DIR / catalogues.CATALOGUE)
        call_command("migrate", verbosity=0, interactive=False)
        seed_working_days()
        self._collect_static()
        if demo:
            self._demo_court()
        else:
            self._first_administrator()

    def _collect_static(self) -> None:
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        wanted = _static_fingerprint()
        if not stamp.exists() or stamp.read_text() != wanted:
            call_command("collectstatic", verbosity=0, interactive=False, clear=True)
            stamp.write_text(wanted)

    def _demo_court(self) -> None:
        for line in demo.load():
            self.stdout.write(line)

    def _first_administrator(self) -> None:
        link = first_administrator_link(settings.SITE_URL)
        if link:
            self.stdout.write(f"First administrator, once, by this link:\n  {link}")


def _static_fingerprint() -> str:
    """Changes with any static file's place, size or time; far cheaper than collecting."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = Path(storage.path(name)).stat()
            digest.update(f"{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()
