"""The site as it is served, with the bare view added."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
