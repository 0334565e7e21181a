"""What the contacts do by themselves: learning the words that searches look for."""

from __future__ import annotations

from nimbus.contacts import vocabulary
from nimbus.jobs import Context, everywhere, task


@task("contacts.learn", cron="* * * * *")
def learn(context: Context) -> None:
    """Every workspace's new words, a step at a time."""
    everywhere(context, vocabulary.learn_some)


@task("contacts.forget_words", cron="23 4 * * 0")
def forget_words(context: Context) -> None:
    """Once a week, the words that nobody has any more."""
    everywhere(context, vocabulary.forget)
