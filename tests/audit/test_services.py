"""The log: only ever added to, sealed in order, and every change to it found."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from courtparty.audit import services, triggers
from courtparty.audit.models import Entry, Seal
from courtparty.audit.rules import GENESIS, entry_hash
from courtparty.audit.tasks import seal_entries

pytestmark = pytest.mark.django_db


def write(count=3, **fields):
    return [services.record("unit.created", by=None, number=n, **fields) for n in range(count)]


def seals():
    return list(Seal.objects.order_by("number"))


@pytest.fixture
def without_triggers():
    """Somebody with the database's own rights gets round the refusal."""
    triggers.remove(connection)
    yield
    triggers.install(connection)


# -- adding -------------------------------------------------------------------------------------


def test_record_says_who_did_what_to_which_record(political, court, civil):
    entry = services.record("unit.changed", by=political, on=civil, court=court, fields=["name"])

    entry.refresh_from_db()
    assert (entry.actor, entry.verb, entry.court, entry.is_read) == (
        political,
        "unit.changed",
        court,
        False,
    )
    assert (entry.subject_model, entry.subject_pk) == ("accounts.unit", civil.pk)
    assert entry.detail == {"fields": ["name"]}


def test_record_of_a_reading_is_marked(head, officer):
    services.record_read("officer.revealed", by=head, on=officer, court=officer.court)

    assert [entry.verb for entry in Entry.objects.about(officer).reads()] == ["officer.revealed"]


def test_record_many_is_one_entry_each(political, court, civil, filing):
    assert services.record_many("unit.changed", by=political, on=[civil, filing], court=court) == 2

    assert set(Entry.objects.values_list("subject_pk", flat=True)) == {civil.pk, filing.pk}


def test_entry_of_a_failed_change_is_gone_with_it(political):
    def change_that_fails():
        with transaction.atomic():
            services.record("unit.changed", by=political)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_that_fails()

    assert not Entry.objects.exists()


# -- append-only --------------------------------------------------------------------------------


def statements(table):
    verbs = [f"UPDATE {table} SET {'verb' if 'entry' in table else 'hash'} = 'x'"]
    verbs.append(f"DELETE FROM {table}")
    if connection.vendor == "postgresql":
        verbs.append(f"TRUNCATE {table} CASCADE")
    else:
        verbs.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    return verbs


@pytest.mark.parametrize("table", triggers.TABLES)
def test_database_refuses_to_change_the_log(table):
    write()
    services.seal_entries()

    connection.check_constraints()  # PostgreSQL truncates nothing while such checks are waiting
    for statement in statements(table):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    assert (Entry.objects.count(), Seal.objects.count()) == (3, 3)


def test_models_cannot_change_the_log_either():
    [entry] = write(1)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(verb="x")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()


# -- sealing ------------------------------------------------------------------------------------


def test_seals_link_the_entries_in_order():
    entries = write()

    assert services.seal_entries() == 3

    first, second, third = seals()
    assert [seal.entry_id for seal in seals()] == [entry.pk for entry in entries]
    assert [seal.number for seal in seals()] == [1, 2, 3]
    assert [first.prev_hash, second.prev_hash, third.prev_hash] == [
        GENESIS,
        first.hash,
        second.hash,
    ]


def test_sealing_goes_on_where_it_stopped():
    write(2)
    services.seal_entries()
    write(2)

    assert services.seal_entries() == 2
    assert services.seal_entries() == 0
    assert [seal.number for seal in seals()] == [1, 2, 3, 4]
    assert services.verify_chain().is_whole


def test_sealing_task_takes_everything_however_much(monkeypatch):
    monkeypatch.setattr(services, "SEAL_AT_A_TIME", 2)
    write(5)

    seal_entries()

    assert len(seals()) == 5


def test_two_sealers_cannot_fork_the_chain():
    """What a second sealer would write that has read the same last seal."""
    entries = write(2)
    services.seal_entries()
    last = seals()[0]
    [late] = write(1)
    seal = {"entry": late, "prev_hash": last.hash, "hash": "f" * 64}

    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.create(number=3, **seal)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.create(number=2, **seal | {"prev_hash": "e" * 64})
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.create(number=3, entry=entries[0], prev_hash="e" * 64, hash="f" * 64)

    assert services.verify_chain().is_whole


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_sealers_at_the_same_time_leave_one_chain():
    write(40)
    together = Barrier(4)

    def seal():
        together.wait()
        try:
            services.seal_entries()
        except IntegrityError:
            pass  # somebody else was first, and this batch is undone
        finally:
            connections.close_all()

    sealers = [Thread(target=seal) for _number in range(4)]
    for sealer in sealers:
        sealer.start()
    for sealer in sealers:
        sealer.join()
    services.seal_entries()

    assert services.verify_chain() == services.Verdict(sealed=40, unsealed=0, broken_at=None)


# -- checking -----------------------------------------------------------------------------------


def test_whole_chain_is_found_whole():
    write(3)
    services.seal_entries()
    write(1)

    assert services.verify_chain() == services.Verdict(sealed=3, unsealed=1, broken_at=None)


def test_empty_log_is_whole(db):
    assert services.verify_chain() == services.Verdict(sealed=0, unsealed=0, broken_at=None)


CHANGES = {
    "verb": {"verb": "unit.changed"},
    "time": {"at": datetime(2026, 1, 1, tzinfo=UTC)},
    "detail": {"detail": {"number": 7}},
    "reading": {"is_read": True},
    "subject": {"subject_model": "accounts.unit", "subject_pk": 1},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_changed_entry_is_found(without_triggers, change):
    entries = write(3)
    services.seal_entries()

    Entry.objects.filter(pk=entries[1].pk).update(**change)

    assert services.verify_chain().broken_at == 2


def test_another_actor_put_in_is_found(without_triggers, political):
    entries = write(2)
    services.seal_entries()

    Entry.objects.filter(pk=entries[0].pk).update(actor=political)

    assert services.verify_chain().broken_at == 1


def test_moment_changed_by_a_microsecond_is_found(without_triggers):
    entries = write(2)
    services.seal_entries()

    later = entries[1].at + timedelta(microseconds=1)
    Entry.objects.filter(pk=entries[1].pk).update(at=later)

    assert services.verify_chain().broken_at == 2


def test_entry_taken_out_of_the_middle_is_found(without_triggers):
    entries = write(3)
    services.seal_entries()

    Seal.objects.filter(entry=entries[1]).delete()
    Entry.objects.filter(pk=entries[1].pk).delete()

    assert services.verify_chain().broken_at == 3


def test_resealed_entry_breaks_the_next_seal(without_triggers):
    """Whoever changes an entry and its seal as well has to change every later one."""
    write(3)
    services.seal_entries()
    second = seals()[1]

    Entry.objects.filter(pk=second.entry_id).update(verb="unit.changed")
    content = services.content_of(Entry.objects.get(pk=second.entry_id))
    Seal.objects.filter(number=2).update(hash=entry_hash(content, prev_hash=second.prev_hash))

    assert services.verify_chain().broken_at == 3


def test_check_of_the_log_is_itself_logged(audit_admin):
    write(2)
    services.seal_entries()

    entry = services.check_log(by=audit_admin)

    assert (entry.verb, entry.actor) == ("log.verified", audit_admin)
    assert entry.detail == {
        "sealed": 2,
        "unsealed": 0,
        "broken_at": None,
        "last_hash": seals()[-1].hash,
    }
