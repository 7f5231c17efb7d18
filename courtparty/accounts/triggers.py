"""SQL that keeps platform roles and business roles apart in the database itself, on both engines.

A platform role goes to a platform account only, any other role never does; and what an account
is cannot change while it has grants. SQLite rebuilds a table to alter it and stumbles over
triggers that name it: a migration that alters one of the two tables removes these first and
installs them again.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from courtparty.lib.statements import run_statements

# The share lock on the account makes a change of its kind wait until this grant is visible.
_POSTGRES = [
    """
CREATE OR REPLACE FUNCTION accounts_grant_fits_account() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE platform boolean;
BEGIN
    SELECT is_platform INTO platform FROM accounts_user WHERE id = NEW.user_id FOR SHARE;
    IF platform <> (NEW.role IN ('auditor', 'security', 'system')) THEN
        RAISE EXCEPTION 'platform roles are for platform accounts only'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE OR REPLACE FUNCTION accounts_user_keeps_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM accounts_grant WHERE user_id = OLD.id) THEN
        RAISE EXCEPTION 'an account with grants cannot change its kind'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE TRIGGER accounts_grant_fits_account BEFORE INSERT OR UPDATE OF user_id, role
ON accounts_grant FOR EACH ROW EXECUTE FUNCTION accounts_grant_fits_account()
""",
    """
CREATE TRIGGER accounts_user_keeps_kind BEFORE UPDATE OF is_platform ON accounts_user
FOR EACH ROW WHEN (OLD.is_platform IS DISTINCT FROM NEW.is_platform)
EXECUTE FUNCTION accounts_user_keeps_kind()
""",
]

_SQLITE = [
    """
CREATE TRIGGER accounts_grant_fits_account_insert BEFORE INSERT ON accounts_grant
WHEN (NEW.role IN ('auditor', 'security', 'system'))
    <> (SELECT is_platform FROM accounts_user WHERE id = NEW.user_id)
BEGIN SELECT RAISE(ABORT, 'platform roles are for platform accounts only'); END
""",
    """
CREATE TRIGGER accounts_grant_fits_account_update BEFORE UPDATE OF user_id, role ON accounts_grant
WHEN (NEW.role IN ('auditor', 'security', 'system'))
    <> (SELECT is_platform FROM accounts_user WHERE id = NEW.user_id)
BEGIN SELECT RAISE(ABORT, 'platform roles are for platform accounts only'); END
""",
    """
CREATE TRIGGER accounts_user_keeps_kind BEFORE UPDATE OF is_platform ON accounts_user
WHEN NEW.is_platform <> OLD.is_platform
    AND EXISTS (SELECT 1 FROM accounts_grant WHERE user_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'an account with grants cannot change its kind'); END
""",
]

_REMOVE_POSTGRES = [
    "DROP TRIGGER IF EXISTS accounts_grant_fits_account ON accounts_grant",
    "DROP TRIGGER IF EXISTS accounts_user_keeps_kind ON accounts_user",
    "DROP FUNCTION IF EXISTS accounts_grant_fits_account()",
    "DROP FUNCTION IF EXISTS accounts_user_keeps_kind()",
]
_REMOVE_SQLITE = [
    "DROP TRIGGER IF EXISTS accounts_grant_fits_account_insert",
    "DROP TRIGGER IF EXISTS accounts_grant_fits_account_update",
    "DROP TRIGGER IF EXISTS accounts_user_keeps_kind",
]


def install(connection: BaseDatabaseWrapper) -> None:
    run_statements(connection, _POSTGRES if connection.vendor == "postgresql" else _SQLITE)


def remove(connection: BaseDatabaseWrapper) -> None:
    run_statements(
        connection, _REMOVE_POSTGRES if connection.vendor == "postgresql" else _REMOVE_SQLITE
    )
