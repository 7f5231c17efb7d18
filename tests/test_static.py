import re

import pytest
from django.conf import settings

from courtparty.navigation import ITEMS

STATIC = settings.BASE_DIR / "static"
VENDOR = STATIC / "vendor"
TEXTS = sorted(path for path in STATIC.rglob("*") if path.suffix in {".css", ".js", ".svg"})
NAMESPACE = "http://www.w3.org/"
TOO_NEW = re.compile(
    r"oklch|light-dark|color-mix|:has\(|:is\(|:where\(|@container|@layer|(?<![-\w])inset\s*:"
    r"|(?<![-\w])gap\s*:|aspect-ratio"
)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(STATIC).as_posix())
def test_static_files_name_no_outside_address(path):
    text = path.read_text(encoding="utf-8")
    addresses = re.findall(r"(?:https?:)?//[\w-]+\.[^\s\"')]+", text)

    assert [one for one in addresses if not one.startswith(NAMESPACE)] == []
    assert "sourceMappingURL" not in text


def test_own_styles_need_no_browser_newer_than_chromium_80():
    assert TOO_NEW.findall((STATIC / "css" / "app.css").read_text(encoding="utf-8")) == []


def test_every_icon_the_site_names_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text()))
    templates = (settings.BASE_DIR / "templates").rglob("*.html")
    named = {
        name
        for template in templates
        for name in re.findall(r'{% icon "([^"]+)"|icon_name="([^"]+)"', template.read_text())
        for name in name
        if name
    }

    named |= {item.icon for item in ITEMS}

    assert named - sprite == set()
