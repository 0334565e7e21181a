"""The commands of `nimbus` (design 8): what they answer, and how they refuse."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from nimbus import clock
from nimbus.accounts.addresses import addresses
from nimbus.db import ids, roles
from nimbus.db.server import server
from nimbus.problems import Problem
from tests.accounts.conftest import INIT, NIMBUS, Nimbus


def test_init_answers_with_shown_ids_and_a_key(data: Path) -> None:
    answer = json.loads((data / "first.json").read_text())
    assert set(answer) == {"workspace_id", "user_id", "api_key"}
    ids.read("ws", answer["workspace_id"])
    ids.read("user", answer["user_id"])
    assert answer["api_key"].startswith("nmb_")


def test_a_second_init_makes_another_workspace_of_the_same_person(data: Path) -> None:
    done = subprocess.run(
        [*NIMBUS, *INIT, "--agency"], capture_output=True, text=True, check=False,
        env={"NIMBUS_DATA": str(data), "PATH": "/usr/bin:/bin:/usr/sbin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [
        "alice@acme.test existed already and keeps their password.",
        "They have another workspace “Acme” already; this one is beside it.",
    ]
    first, second = json.loads((data / "first.json").read_text()), json.loads(done.stdout)
    assert second["user_id"] == first["user_id"]
    assert second["workspace_id"] != first["workspace_id"]
    ids.read("client", second["client_id"])
    assert not (data / "pg" / "postmaster.pid").exists(), "the last to leave stopped the server"


def test_the_log_is_verified(nimbus: Nimbus, data: Path) -> None:
    workspace = json.loads((data / "first.json").read_text())["workspace_id"]
    told = nimbus("audit", "verify", "--data", str(data), "--json")
    assert (told.code, told.json["sound"]) == (0, True), told.err
    assert [one["id"] for one in told.json["workspaces"]][:1] == [workspace]
    # Of a chain that is gone, the head that somebody wrote down tells.
    head = ["--workspace", workspace, "--head", "3:ab12"]
    told = nimbus("audit", "verify", "--data", str(data), *head)
    assert told.code == 1
    assert "Seal 3:ab12 is known of" in told.out
    assert nimbus("audit", "verify", "--data", str(data), "--head", "x").code == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (["--password", "short", "--email", "new@acme.test"],
         "password: A password needs at least 10"),
        (["--email", "nonsense"], "email: 'nonsense' is not an email"),
        (["--workspace", "  "], "workspace: Give the workspace a name"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_its_field(
    nimbus: Nimbus, data: Path, changed: list[str], words: str
) -> None:
    done = nimbus(*INIT[:-1], "--data", str(data), *changed)
    assert (done.code, done.out) == (1, "")
    assert words in done.err
    assert "Traceback" not in done.err
    field, message = words.split(": ", 1)
    told = nimbus(*INIT, "--data", str(data), *changed)
    assert (told.code, told.err) == (1, "")
    assert set(told.json) == {"error"}
    assert (told.json["error"]["code"], told.json["error"]["field"]) == ("validation_error", field)
    assert told.json["error"]["message"].startswith(message)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["import", "no-such-file", "--workspace", "ws_x"], "no-such-file"),
        (["import", __file__, "--workspace", "ws_x"], "id of a workspace"),
        (["import", __file__, "--workspace", "ws_01h455vb4pex5vsknk084sn02q", "--default", "x"],
         "FIELD=VALUE"),
        (["import", __file__], "--workspace"),
        (["init", "--workspace", "Acme"], "--email"),
        (["fly"], "fly"),
    ],
)  # fmt: skip
def test_with_json_every_refusal_is_one_object(
    nimbus: Nimbus, data: Path, arguments: list[str], told: str
) -> None:
    plain = nimbus(*arguments, NIMBUS_DATA=str(data))
    done = nimbus(*arguments, "--json", NIMBUS_DATA=str(data))
    assert (plain.code, done.code, plain.out, done.err) == (1, 1, "", "")
    assert set(done.json) == {"error"}
    assert set(done.json["error"]) == {"code", "message", "field"}
    assert told in done.json["error"]["message"]


def test_with_json_also_what_nobody_foresaw(
    nimbus: Nimbus, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (broken := data / "not-a-folder").touch()
    done = nimbus(*INIT, NIMBUS_DATA=str(broken))
    assert (done.code, done.json["error"]["code"]) == (1, "internal_error")
    assert "Traceback" in done.err


def test_with_json_a_database_that_is_away(nimbus: Nimbus, tmp_path: Path) -> None:
    away = "postgresql://nimbus:hidden@127.0.0.1:1/nimbus"
    done = nimbus(*INIT, NIMBUS_DATA=str(tmp_path), NIMBUS_DATABASE_URL=away)
    assert (done.code, done.json["error"]["code"], done.err) == (1, "unavailable", "")
    assert "NIMBUS_DATABASE_URL" in done.json["error"]["message"]
    assert "hidden" not in done.out


def test_init_never_changes_the_password_of_a_person(nimbus: Nimbus, data: Path) -> None:
    hashes = "select password_hash from app_user where email = 'alice@acme.test'"
    before = rows(data, hashes)
    arguments = ["init", "--workspace", "Again", "--email", " Alice@acme.test ", "--data",
                 str(data)]  # fmt: skip
    spaces = "select count(*) from workspace"
    count = rows(data, spaces)
    refused = nimbus(*arguments, "--password", "another password")
    assert (refused.code, refused.out) == (1, "")
    assert "alice@acme.test exists here already, with another password" in refused.err
    assert rows(data, spaces) == count, "and nothing is made"
    for given in ([], ["--password", "correct horse battery"]):
        done = nimbus(*arguments, *given)
        assert done.code == 0, done.err
        assert "existed already and keeps their password" in done.out
    assert rows(data, hashes) == before


def test_a_password_is_not_needed_on_the_command_line(nimbus: Nimbus, data: Path) -> None:
    arguments = ["init", "--workspace", "Third", "--email", "carol@acme.test", "--data", str(data)]
    asked = nimbus(*arguments)
    assert (asked.code, "NIMBUS_PASSWORD" in asked.err) == (1, True)
    made = nimbus(*arguments, NIMBUS_PASSWORD="correct horse battery")
    assert made.code == 0, made.err
    assert "carol@acme.test owns it" in made.out
    assert "nmb_" in made.out
    assert made.out.endswith(
        "\nNext: start Nimbus, then open http://127.0.0.1:8000 and log in as carol@acme.test.\n"
        f"  nimbus serve --data {data}\n"
    )


def test_a_setting_that_cannot_be_read_is_named(nimbus: Nimbus, data: Path) -> None:
    done = nimbus("doctor", "--data", str(data), NIMBUS_POOL_SIZE="many")
    assert done.code == 1
    assert "NIMBUS_POOL_SIZE" in done.err
    done = nimbus("doctor", "--data", str(data), NIMBUS_POOL_SIZE="4",
                  NIMBUS_TRUSTED_PROXIES="proxy.example.com")  # fmt: skip
    assert (done.code, "NIMBUS_TRUSTED_PROXIES: " in done.err) == (1, True)


def test_migrate_has_nothing_to_do_after_init(nimbus: Nimbus, data: Path) -> None:
    assert nimbus("migrate", "--data", str(data)).out == "Nothing to apply.\n"


def test_doctor_finds_nothing_wrong(nimbus: Nimbus, data: Path) -> None:
    done = nimbus("doctor", "--data", str(data))
    assert done.code == 0, done.out
    assert "✗" not in done.out
    assert "PostgreSQL 18" in done.out
    assert "none runs; nothing waits" in done.out


def test_doctor_says_what_is_wrong(nimbus: Nimbus, data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with server(data) as superuser:
        logins = roles.embedded(superuser)
        with psycopg.connect(logins.admin or "", autocommit=True) as connection:
            connection.execute("alter function starts_with(text, text) not leakproof")
            last = connection.execute(
                "select max(name) from migration where name ~ '^0'"
            ).fetchone()
            assert last
            connection.execute("update migration set name = 'x' where name = %s", last)
        done = nimbus(
            "doctor", "--data", str(data),
            NIMBUS_SECRET="x" * 40, NIMBUS_FILES=str(tmp_path / "file" / "in"),
        )  # fmt: skip
        with psycopg.connect(logins.admin or "", autocommit=True) as connection:
            connection.execute("update migration set name = %s where name = 'x'", last)
    assert done.code == 1
    assert f"{last[0]} missing: run nimbus migrate" in done.out
    assert "not those the database was set up with" in done.out
    assert "starts_with(text, text)" in done.out
    assert "22 to 114 ms" in done.out
    assert "cannot be written" in done.out


def test_nothing_is_made_by_looking(nimbus: Nimbus, tmp_path: Path) -> None:
    done = nimbus("doctor", "--data", str(tmp_path / "nothing"))
    assert done.code == 1
    assert "There is no instance" in done.err
    assert not (tmp_path / "nothing").exists()


def test_a_backup_is_made_restored_and_remembered(
    nimbus: Nimbus, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, there = tmp_path / "nimbus.zip", tmp_path / "there"
    assert "none is known of" in nimbus("doctor", "--data", str(data)).out
    made = nimbus("backup", str(file), "--data", str(data), "--json").json
    assert (made["file"], made["bytes"]) == (str(file), file.stat().st_size)
    assert (made["files"], made["lost_files"]) == (0, {})
    assert made["rows"] == sum(made["counts"].values()) > made["counts"]["app_user"] > 0
    assert made["seconds"] > 0
    doctor = nimbus("doctor", "--data", str(data))
    assert (doctor.code, f"UTC into {file}" in doctor.out) == (0, True)
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(days=8))
        assert (
            "! Backup     the last one is 8 days old" in nimbus("doctor", "--data", str(data)).out
        )

    again = nimbus("backup", str(file), "--data", str(data), "--json")
    assert (again.code, again.json["error"]["field"]) == (1, "file")
    assert "give --force" in again.json["error"]["message"]
    assert nimbus("backup", str(file), "--data", str(data), "--force").code == 0

    done = nimbus("restore", str(file), "--data", str(there))
    assert done.code == 0, done.err
    assert f"{there} is restored in " in done.out
    assert rows(there, "select email from app_user") == rows(data, "select email from app_user")
    refused = nimbus("restore", str(file), "--data", str(there), "--json")
    assert (refused.code, refused.json["error"]["field"]) == (1, "data")
    (there / "restoring").mkdir()
    for command in (["doctor"], ["migrate"], INIT, ["backup", str(tmp_path / "new.zip")]):
        half = nimbus(*command, NIMBUS_DATA=str(there))
        assert (half.code, "A restore into" in half.out + half.err) == (1, True)


def test_an_operator_is_a_flag_of_a_person(nimbus: Nimbus, data: Path) -> None:
    unknown = nimbus("operator", "add", "nobody@acme.test", "--data", str(data))
    assert (unknown.code, "Nobody here has the email" in unknown.err) == (1, True)
    assert nimbus("operator", "add", "Alice@acme.test", "--data", str(data)).code == 0
    assert rows(data, "select email from app_user where is_operator") == [("alice@acme.test",)]


def test_platform_opt_outs_from_a_file_or_one_by_one(
    nimbus: Nimbus, data: Path, tmp_path: Path
) -> None:
    listed = tmp_path / "optouts.csv"
    listed.write_text("\ufeffEmail,Name\nann@x.example,Ann\n\nBob,BOB@x.example\nbroken@@x,?\n")
    done = nimbus("operator", "suppress", str(listed), "--reason", "Asked", "--data", str(data))
    assert done.code == 0, done.err
    assert "2 addresses opted out of this platform, 2 newly" in done.out
    assert "broken@@x" in done.err
    again = nimbus(
        "operator", "suppress", "bob@x.example", "--reason", "Asked", "--data", str(data)
    )
    assert "1 address opted out of this platform, 0 newly" in again.out
    found = rows(data, "select suppressed_reason from global_contact where is_globally_suppressed")
    assert found == [("Asked",), ("Asked",)]
    refused = nimbus("operator", "suppress", "a@x.example", "--reason", " ", "--data", str(data))
    assert "reason: Say why" in refused.err


def test_an_address_or_a_file_of_them() -> None:
    assert addresses("a@x.example", str.lower) == (["a@x.example"], [])
    for nothing in ("no-such-file", "/", "/dev/null"):
        with pytest.raises(Problem):
            addresses(nothing, str.lower)


def test_a_new_password_from_the_operator(nimbus: Nimbus, data: Path) -> None:
    secret = "another long password"
    unknown = nimbus("password", "nobody@acme.test", "--data", str(data), NIMBUS_PASSWORD=secret)
    assert (unknown.code, "Nobody here" in unknown.err) == (1, True)
    before = rows(data, "select password_hash from app_user where email = 'alice@acme.test'")
    done = nimbus("password", "alice@acme.test", "--data", str(data), NIMBUS_PASSWORD=secret)
    assert done.code == 0, done.err
    assert (
        rows(data, "select password_hash from app_user where email = 'alice@acme.test'") != before
    )


def rows(data: Path, query: str) -> list[tuple[object, ...]]:
    with server(data) as superuser, psycopg.connect(superuser, dbname="nimbus") as connection:
        return connection.execute(query).fetchall()  # type: ignore[call-overload]
