import re

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
AGAINST_THE_POLICY = re.compile(
    r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\ssrc=)|hx-on|hx-vals=[\"']js:",
    re.IGNORECASE,
)
OUTSIDE = re.compile(r"[\"'(](?:https?:)?//(?!www\.w3\.org/)[\w-]+\.")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_template_keeps_the_content_security_policy(path):
    source = path.read_text(encoding="utf-8")

    assert AGAINST_THE_POLICY.findall(source) == []
    assert OUTSIDE.findall(source) == []
