import gc

import pytest

from courtparty.lib.collector import collector_paused


def test_the_collector_rests_inside_and_works_again_afterwards():
    with collector_paused():
        assert not gc.isenabled()
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()

    assert gc.isenabled()


def test_the_collector_works_again_after_an_error():
    with pytest.raises(ZeroDivisionError), collector_paused():
        _ = 1 / 0

    assert gc.isenabled()
