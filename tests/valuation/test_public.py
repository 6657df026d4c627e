"""The package hands on every public name, documented, and the command line starts without the heavy libraries."""

import subprocess
import sys

from hemtag import valuation


def test_every_public_name_is_there_and_documented():
    assert valuation.__all__ == sorted(
        valuation.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name)
    )
    for name in valuation.__all__:
        found = getattr(valuation, name)
        if callable(found):
            assert found.__doc__, name


def test_help_needs_no_numpy():
    code = "import sys; from hemtag.__main__ import parser; parser(); sys.exit('numpy' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
