"""The only place of the add-on that commits.

A call to an authority cannot be rolled back, so whatever has to survive it is committed before, and the answer is
committed right after. Odoo repeats a failed request up to five times: a call made while the transaction still holds
uncommitted work could be made again with other bytes.
"""
import psycopg2.errors

from odoo import modules

REPEATABLE = (
    psycopg2.errors.SerializationFailure, psycopg2.errors.DeadlockDetected, psycopg2.errors.LockNotAvailable)
MOST_TRIES = 5


class UncommittedWork(AssertionError):
    """A call to an authority was about to start while the transaction held uncommitted work."""


def in_test() -> bool:
    """Tests run inside one transaction that must not be committed; there a flush has to do."""
    return bool(modules.module.current_test)


def commit(env) -> None:
    """Make everything written so far durable."""
    env.flush_all()
    if not in_test():
        env.cr.commit()


def run_durably(env, work):
    """Run `work` as a transaction of its own and return its result, repeated when it collides with another one.

    Only database work may be passed here: a call to an authority must never be repeated by this.
    """
    for tries_left in reversed(range(MOST_TRIES)):
        try:
            result = work()
            commit(env)
            return result
        except REPEATABLE:
            if in_test() or not tries_left:
                raise
            env.cr.rollback()
    return None


def holds_uncommitted_work(env) -> bool:
    """Tell whether the transaction has written anything: PostgreSQL gives it a number only then."""
    env.flush_all()
    if in_test():
        return False
    env.cr.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
    return env.cr.fetchone()[0]


def assert_nothing_uncommitted(env) -> None:
    """:raise UncommittedWork: before a call to an authority that could be repeated or undone."""
    if holds_uncommitted_work(env):
        raise UncommittedWork("an authority may only be called with an empty transaction")
