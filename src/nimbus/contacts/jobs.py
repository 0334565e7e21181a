"""What the contacts do by themselves: learning the words that searches look for."""

from __future__ import annotations

from uuid import UUID

from nimbus.contacts import vocabulary
from nimbus.jobs import Context, task
from nimbus.jobs.queue import stopping


@task("contacts.learn", cron="* * * * *")
def learn(context: Context) -> None:
    """Every workspace's new words, a step at a time; a stop leaves the rest to the next minute."""
    for workspace_id in _workspaces(context):
        while not stopping.is_set():
            with context.instance.door.workspace(workspace_id) as tx:
                if not vocabulary.learn_some(tx):
                    break


@task("contacts.forget_words", cron="23 4 * * 0")
def forget_words(context: Context) -> None:
    """Once a week, the words that nobody has any more."""
    for workspace_id in _workspaces(context):
        with context.instance.door.workspace(workspace_id) as tx:
            vocabulary.forget(tx)


def _workspaces(context: Context) -> list[UUID]:
    with context.instance.door.platform() as tx:
        found: list[UUID] = tx.column("select workspace_id from all_workspaces()")
    return found
