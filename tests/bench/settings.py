"""The production settings with the bare view's URL added; nothing else differs."""

from courtparty.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
