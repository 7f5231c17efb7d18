from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from courtparty.accounts.services.units import CannotCreateUnit, create_court


class Command(BaseCommand):
    help = "Add a court, under a short code that other commands name it by."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="letters, digits and hyphens, for instance slx")
        parser.add_argument("name", help="the court's name, for instance 示例县人民法院")
        parser.add_argument("--name-en", default="", help="its English name")

    def handle(self, *, code: str, name: str, name_en: str, **options: Any) -> None:
        try:
            court = create_court(code=code, name=name, name_en=name_en, by=None)
        except CannotCreateUnit as refusal:
            raise CommandError(str(refusal)) from refusal
        line = _("Court “%(name)s” was added under the code %(code)s.")
        self.stdout.write(line % {"name": court.name, "code": court.code})
