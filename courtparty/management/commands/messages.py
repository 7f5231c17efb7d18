from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from courtparty.lib import catalogues


class Command(BaseCommand):
    help = "Extract, check or compile the Chinese message catalogue (no GNU gettext needed)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        action = parser.add_mutually_exclusive_group(required=True)
        action.add_argument("--check", action="store_true", help="fail unless it is complete")
        action.add_argument("--update", action="store_true", help="bring it up to the sources")
        action.add_argument("--compile", action="store_true", help="write the .mo")

    def handle(self, **options: bool) -> None:
        self.path = settings.BASE_DIR / catalogues.CATALOGUE
        if options["compile"]:
            catalogues.compile_changed(self.path)
        elif options["update"]:
            self._update()
        else:
            self._check()

    def _update(self) -> None:
        found = catalogues.messages_in(settings.BASE_DIR)
        catalogue = catalogues.merged(catalogues.read(self.path), found)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(self.path))
        open_entries = len(catalogue) - len(catalogue.translated_entries())
        self.stdout.write(f"{len(catalogue)} messages, {open_entries} to translate")

    def _check(self) -> None:
        found = catalogues.messages_in(settings.BASE_DIR)
        lines = catalogues.faults(catalogues.read(self.path), found)
        if lines:
            listing = "\n".join(lines)
            raise CommandError(f"{listing}\n{len(lines)} of {len(found)} messages at fault")
        self.stdout.write(f"{len(found)} messages, all translated")
