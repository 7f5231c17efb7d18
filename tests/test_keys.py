import os

import pytest

from courtparty import keys


@pytest.fixture(autouse=True)
def _no_keys_given(monkeypatch):
    for name in (*keys.NAMES, "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_read_or_make_makes_keys_once_for_their_owner_only(tmp_path):
    path = tmp_path / "new" / "keys.env"

    made = keys.read_or_make(path)

    assert sorted(made) == sorted(keys.NAMES)
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.read_or_make(path) == made
    assert os.listdir(path.parent) == ["keys.env"]


def test_write_once_keeps_the_keys_of_whoever_was_first(tmp_path):
    path = tmp_path / "keys.env"
    first = keys.read_or_make(path)

    keys._write_once(path, keys.new_keys())

    assert keys.read_or_make(path) == first


def test_read_or_make_prefers_the_environment(tmp_path, monkeypatch):
    path = tmp_path / "keys.env"
    made = keys.read_or_make(path)
    monkeypatch.setenv("INDEX_KEY", "given")

    assert keys.read_or_make(path) == made | {"INDEX_KEY": "given"}


def test_read_or_make_writes_nothing_when_all_keys_are_given(tmp_path, monkeypatch):
    for name in keys.NAMES:
        monkeypatch.setenv(name, name.lower())

    assert keys.read_or_make(tmp_path / "keys.env") == {name: name.lower() for name in keys.NAMES}
    assert os.listdir(tmp_path) == []


def test_read_or_make_refuses_new_keys_for_an_old_database(tmp_path):
    (tmp_path / "court.sqlite3").touch()

    with pytest.raises(keys.KeysMissing, match="Bring the keys back"):
        keys.read_or_make(tmp_path / "keys.env")

    assert os.listdir(tmp_path) == ["court.sqlite3"]


def test_read_or_make_refuses_own_keys_for_a_shared_database(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/court")

    with pytest.raises(keys.KeysMissing, match="the same on every host"):
        keys.read_or_make(tmp_path / "keys.env")

    assert os.listdir(tmp_path) == []


def test_read_or_make_refuses_a_file_that_lacks_a_key(tmp_path):
    path = tmp_path / "keys.env"
    path.write_text("SECRET_KEY=a\nINDEX_KEY=\n")

    with pytest.raises(keys.KeysMissing, match="lacks FIELD_KEYS, INDEX_KEY"):
        keys.read_or_make(path)
