"""Setting an instance up, running it and looking after it; and what only its operator may do."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from nimbus.commands.command import AsJson, Data, app, opened, settings_of
from nimbus.problems import invalid

operator = typer.Typer(no_args_is_help=True, help="What only the operator of the instance may do.")
app.add_typer(operator, name="operator")
Password = Annotated[
    str | None,
    typer.Option(envvar="NIMBUS_PASSWORD", help="At least 10 characters; asked for on a terminal."),
]
# Where `nimbus serve` listens unless it is told otherwise.
HOST, PORT = "127.0.0.1", 8000


# Setting up


@app.command()
def init(
    workspace: Annotated[str, typer.Option(help="Name of the new workspace.")],
    email: Annotated[str, typer.Option(help="Its owner.")],
    name: Annotated[str | None, typer.Option(help="What colleagues call them.")] = None,
    password: Password = None,
    agency: Annotated[bool, typer.Option(help="It works for several clients.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a workspace with its owner and a first API key; also the instance, if there is none."""
    from nimbus import rooms
    from nimbus.access import sessions
    from nimbus.accounts.create import create_workspace, find_person
    from nimbus.db import ids
    from nimbus.jobs.lease import worker_is_alive

    with opened(data) as instance:
        rooms.install(instance.door)
        if password is None and not find_person(instance.door, email):
            password = _password(None)
        made = create_workspace(
            instance.door, workspace, email, password, person_name=name, agency=agency,
            assignment_days=instance.settings.assignment_days, starters=rooms.starters(),
        )  # fmt: skip
        with instance.door.platform() as tx:
            theirs = sessions.workspaces(tx, made.user_id)
        with instance.door.workspace(made.workspace_id) as tx:
            is_running = worker_is_alive(tx)
    answer = {
        "workspace_id": ids.show("ws", made.workspace_id),
        "user_id": ids.show("user", made.user_id),
        "api_key": made.api_key,
    }
    if agency:
        answer["client_id"] = made.client.shown_id
    if made.known:
        print(f"{email} existed already and keeps their password.",
              file=sys.stderr if as_json else sys.stdout)  # fmt: skip
    if sum(one.name == workspace.strip() for one in theirs) > 1:
        print(f"They have another workspace “{workspace.strip()}” already; this one is beside it.",
              file=sys.stderr if as_json else sys.stdout)  # fmt: skip
    if as_json:
        print(json.dumps(answer))
        return
    print(f"The workspace {workspace.strip()} is ready. {email} owns it.")
    for name, value in answer.items():
        print(f"  {name:<12}  {value}")
    print("Keep the API key: it cannot be shown again.")
    print(_next(data, email.strip(), is_running=is_running))


@app.command()
def migrate(data: Data = None) -> None:
    """Bring the database to the version of this program."""
    from nimbus.db.instance import logins
    from nimbus.db.migrate import migrate as bring
    from nimbus.db.secrets import load
    from nimbus.serve import begun

    settings = settings_of(data)
    with begun(logins(settings)) as known:
        applied = bring(known, load(settings.data, settings.secret))
    print("\n".join(f"Applied {name}." for name in applied) or "Nothing to apply.")


# Running


@app.command()
def serve(
    data: Data = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = HOST,
    port: Annotated[int, typer.Option(min=1, max=65535)] = PORT,
    worker: Annotated[bool, typer.Option(help="Also run the worker.")] = True,
) -> None:
    """Web, worker and embedded database in one command; Ctrl-C stops them all."""
    from nimbus.serve import log_to_stderr
    from nimbus.serve import serve as run

    settings = settings_of(data)
    log_to_stderr(settings.log_level)
    run(settings, host, port, worker=worker)


@app.command()
def work(
    data: Data = None, watch_parent: Annotated[bool, typer.Option(hidden=True)] = False
) -> None:
    """A worker alone, such as on a further machine."""
    from nimbus.worker import work as run

    with opened(data) as instance:
        run(instance, watch_parent=watch_parent)


# Looking after


@app.command()
def doctor(data: Data = None) -> None:
    """Say whether everything is as it should be; exit code 1 when something is wrong."""
    from nimbus.accounts.doctor import examine

    console = Console(highlight=False, soft_wrap=True)
    marks = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "wrong": ("✗", "red")}
    wrong = False
    for finding in examine(settings_of(data)):
        mark, colour = marks[finding.state]
        console.print(mark, style=colour, end=" ")
        console.print(f"{finding.subject:<11}{finding.words}", markup=False)
        wrong |= finding.state == "wrong"
    raise typer.Exit(1 if wrong else 0)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; - for standard output.")],
    force: Annotated[bool, typer.Option(help="Replace the file if it is there.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Write database, files and secrets into one file, also while Nimbus runs."""
    from nimbus.backup.terminal import STDOUT, back_up_to, say_done

    # Where the backup itself is the output, all that is said goes beside it.
    console = Console(stderr=as_json or file == STDOUT, highlight=False, soft_wrap=True)
    answer = back_up_to(settings_of(data), file, console, force=force)
    if as_json:
        print(json.dumps(answer), file=sys.stderr if file == STDOUT else sys.stdout)
    else:
        say_done(console, f"{file} is written", answer)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What nimbus backup wrote.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make an instance from a backup: in an empty folder, and an empty database of your own."""
    from nimbus.backup.terminal import restore_from, say_done

    settings = settings_of(data)
    console = Console(stderr=as_json, highlight=False, soft_wrap=True)
    answer = restore_from(settings, file, console)
    if as_json:
        print(json.dumps(answer))
    else:
        say_done(console, f"{settings.data} is restored", answer)


@app.command()
def password(
    email: str,
    without_factor: Annotated[
        bool, typer.Option(help="Also forget their second factor, which they lost.")
    ] = False,
    data: Data = None,
) -> None:
    """Give a person a new password (asked for, or NIMBUS_PASSWORD); all their sessions end."""
    from nimbus.accounts.operate import set_password

    secret = _password(os.environ.get("NIMBUS_PASSWORD"))
    with opened(data) as instance:
        set_password(instance, email, secret, without_factor=without_factor)
    print(f"{email} has a new password and is logged out everywhere.")


@operator.command("add")
def operator_add(email: str, data: Data = None) -> None:
    """Make a person an operator of this platform."""
    from nimbus.accounts.operate import make_operator

    with opened(data) as instance:
        make_operator(instance, email)
    print(f"{email} is an operator of this platform.")


@operator.command("rotate-signing-key")
def operator_rotate_signing_key(
    at_once: Annotated[
        bool, typer.Option(help="Also refuse every access token that was signed before.")
    ] = False,
    data: Data = None,
) -> None:
    """Sign access tokens with a new key; earlier ones are good until they are over."""
    from nimbus.accounts.operate import rotate_signing_key

    with opened(data) as instance:
        rotate_signing_key(instance, at_once=at_once)
    print("A new key signs access tokens from now on.")


@operator.command("suppress")
def operator_suppress(
    what: Annotated[str, typer.Argument(metavar="FILE|EMAIL")],
    reason: Annotated[str, typer.Option(help="Why, in one line.")],
    data: Data = None,
) -> None:
    """Note that people opted out of every workspace of this platform."""
    from nimbus.accounts.addresses import addresses
    from nimbus.accounts.operate import opt_out
    from nimbus.fields.types.email import EMAIL
    from nimbus.identity.keys import email_key

    found, unread = addresses(what, EMAIL.parse)
    with opened(data) as instance:
        key = instance.secrets.key("email")
        new = opt_out(instance, [email_key(key, email) for email in found], reason)
    noun = "address" if len(found) == 1 else "addresses"
    print(f"{len(found):,} {noun} opted out of this platform, {new:,} newly.")
    if unread:
        print(f"Not an address: {', '.join(unread)}", file=sys.stderr)


@operator.command("release")
def operator_release(email: str, data: Data = None) -> None:
    """End the assignment of an email, whoever holds it, so that others may claim it (D-25)."""
    from nimbus.accounts.addresses import addresses
    from nimbus.accounts.operate import holder_of
    from nimbus.contacts.assignment.assignment import release_email
    from nimbus.fields.types.email import EMAIL
    from nimbus.identity.keys import email_key

    found, _ = addresses(email, EMAIL.parse)
    if len(found) != 1:
        raise invalid(f"{email} is not an email address.", "email")
    with opened(data) as instance:
        key = email_key(instance.secrets.key("email"), *found)
        workspace = holder_of(instance, key)
        if workspace:
            with instance.door.workspace(workspace) as tx:
                release_email(tx, key, "cli")
    print(f"{email} was released." if workspace else f"Nobody holds {email}.")


def _next(data: Path | None, email: str, *, is_running: bool) -> str:
    """What to do with a new workspace, as it can be pasted."""
    if is_running:
        return f"\nNext: Nimbus runs here already. Open it in a browser and log in as {email}."
    called = sys.argv[0]
    if Path(called).name != "nimbus" or shutil.which("nimbus") == called:
        called = "nimbus"
    command = [called, "serve", *(["--data", str(data)] if data else [])]
    return (
        f"\nNext: start Nimbus, then open http://{HOST}:{PORT} and log in as {email}.\n"
        f"  {shlex.join(command)}"
    )


def _password(given: str | None) -> str:
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise invalid("Give it with --password or NIMBUS_PASSWORD.", "password")
    answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer
