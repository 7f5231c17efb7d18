import subprocess
import sys


def loaded_after(code):
    asked = f"{code}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    return set(done.stdout.split())


def test_the_site_loads_no_library_that_few_requests_need():
    loaded = loaded_after("import django; django.setup(); import courtparty.urls")

    assert "openpyxl" in loaded
    assert not loaded & {"docx", "lxml", "lxml.etree", "numpy", "pypinyin"}


def test_what_was_hidden_can_be_imported_afterwards():
    code = "from courtparty.lib.lean import import_without; import_without('openpyxl', 'lxml')"

    assert "lxml.etree" in loaded_after(f"{code}; import lxml.etree")
