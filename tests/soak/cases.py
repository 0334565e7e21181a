"""The ways in which imports and webhooks are disturbed. Each case of an import ends with what an
undisturbed run leaves, or raises AssertionError with its seed; `Figures` gathers what was seen."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from nimbus import rooms
from nimbus.db.secrets import load
from nimbus.imports.import_job import STAGES
from nimbus.imports.pause import pause
from nimbus.imports.resume import resume
from nimbus.problems import Problem
from tests.accounts.test_serve import free_port
from tests.soak.kill import kill_all
from tests.soak.left import difference
from tests.soak.site import Site
from tests.webhooks.bombard import Field, bombard

RESUMED_WITHIN, PAUSED_WITHIN = 10.0, 2.0
FINISHED_WITHIN = 180.0


@dataclass
class Figures:
    """How often each thing was done, the seconds until the import went on, and where that took
    too long."""

    done: Counter[str] = field(default_factory=Counter)
    resumed: list[float] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)

    def note(self, what: str, seconds: float) -> None:
        self.done[what] += 1
        self.resumed.append(seconds)


@dataclass
class Soak:
    """A site with what an undisturbed run leaves there, and how long each stage takes."""

    site: Site
    expected: dict[str, Any]
    seconds: dict[str, float]
    figures: Figures = field(default_factory=Figures)

    @property
    def total(self) -> float:
        return sum(self.seconds.values())

    def note(self, what: str, seconds: float, case: str) -> None:
        self.figures.note(what, seconds)
        if seconds > RESUMED_WITHIN:
            self.figures.slow.append(f"{case}: resumed {seconds:.1f} s after {what}")

    def compare(self, case: str) -> None:
        found = difference(self.expected, self.site.left())
        assert not found, f"{case}\n{found}"


def undisturbed(site: Site, *, small: bool = True) -> Soak:
    """The run that all others are held against, by a worker of small batches or a plain one."""
    with site.held():
        site.reset()
        site.upload()
        plain = ["-m", "nimbus.cli", "work", "--data", str(site.data)]
        with _running(site.worker() if small else site.start(*plain)):
            site.await_(site.is_over, FINISHED_WITHIN, "not complete")
        expected = site.left()
        stages = site.look("select stages from import_job order by created_at desc limit 1")
    [outcome] = expected["imports"][-1:]
    assert '"complete"' in outcome
    return Soak(site, expected, {stage: stages[stage]["seconds"] for stage in STAGES})


def kill_in_each_stage(
    soak: Soak, dice: random.Random, case: str, stages: Sequence[str] = STAGES
) -> None:
    """SIGKILL the worker at a random instant in one stage after the other of one import."""
    site = soak.site
    with site.held():
        site.reset()
        site.upload()
        for last, stage in zip((None, *stages), (*stages, None), strict=True):
            deadly = [stage, f"{dice.random() * soak.seconds[stage]:.4f}"] if stage else []
            before = _runner(site)
            with _running(site.worker(*deadly)) as worker:
                if last:
                    seconds = _other(site, _runner, before, f"{case}: not resumed")
                    soak.note(f"SIGKILL in {last}", seconds, case)
                if stage:
                    code = worker.wait(FINISHED_WITHIN)
                    assert code == -signal.SIGKILL, f"{case}: ended with {code} in {stage}"
                else:
                    site.await_(site.is_over, FINISHED_WITHIN, f"{case}: not complete")
        soak.compare(case)


def stop_the_database(soak: Soak, dice: random.Random, case: str, times: int = 2) -> None:
    """Take the database away from a running worker, at once or with SIGKILL."""
    site = soak.site
    with site.held():
        site.reset()
        site.upload()
    # From here on it is the worker that keeps the database.
    with _running(site.worker()):
        site.await_(lambda: _runner(site), 30, f"{case}: not begun")
        for _ in range(times):
            time.sleep(dice.random() * soak.total / times)
            how = dice.choice(["immediate stop", "SIGKILL"])
            began = _start(site)
            moved = _mark(site)
            if how == "SIGKILL":
                os.kill(site.postmaster(), signal.SIGKILL)
            else:
                site.stop_database()
            _other(site, _start, began, f"{case}: the database did not come back")
            seconds = _other(site, _mark, moved, f"{case}: not resumed")
            soak.note(f"database: {how}", seconds, case)
        site.await_(site.is_over, FINISHED_WITHIN, f"{case}: not complete")
        soak.compare(case)


def sleep_past_the_lease(soak: Soak, dice: random.Random, case: str) -> None:
    """SIGSTOP the worker; another takes over, and the first writes nothing more when it wakes."""
    site = soak.site
    with site.held():
        site.reset()
        site.upload()
        with _running(site.worker()) as first:
            site.await_(lambda: _runner(site), 30, f"{case}: not begun")
            time.sleep(dice.random() * soak.total)
            os.kill(first.pid, signal.SIGSTOP)
            before = _runner(site)
            with _running(site.worker()) as second:
                _other(site, _runner, before, f"{case}: not taken over")
                # Not a restart: the transaction of the one that sleeps ends first.
                soak.figures.done["SIGSTOP past the lease"] += 1
                time.sleep(dice.random() * soak.total / 2)
                os.kill(first.pid, signal.SIGCONT)
                site.await_(site.is_over, FINISHED_WITHIN, f"{case}: not complete")
                soak.compare(case)
                # Both are well: each takes up an import of its own.
                time.sleep(1)
                assert first.poll() is None, f"{case}: the one that slept has died"
                assert second.poll() is None
        soak.compare(case)


def pause_and_resume(soak: Soak, dice: random.Random, case: str, times: int = 3) -> None:
    """Ask a running import to pause at random instants, and to go on."""
    site = soak.site
    with site.held():
        site.reset()
        made, _ = site.upload()
        with _running(site.worker()):
            site.await_(lambda: _runner(site), 60, f"{case}: not begun")
            for _ in range(times):
                time.sleep(dice.random() * soak.total / times)
                with suppress(Problem), site.door() as door:
                    door.attempt(site.workspace, lambda tx: pause(tx, made, "Alice"))
                    seconds = site.await_(
                        lambda: site.status() in ("paused", "complete"), 60, f"{case}: not paused"
                    )
                    soak.figures.done["pause"] += 1
                    if seconds > PAUSED_WITHIN:
                        soak.figures.slow.append(f"{case}: paused after {seconds:.1f} s")
                    door.attempt(site.workspace, lambda tx: resume(tx, made))
            site.await_(site.is_over, FINISHED_WITHIN, f"{case}: not complete")
        soak.compare(case)


def pull_the_cord(soak: Soak, dice: random.Random, case: str, times: int = 2) -> None:
    """Kill `nimbus serve` with all it started, the database too, and start it again."""
    site = soak.site
    with site.held():
        site.reset()
        site.upload()
    serve = ["-m", "nimbus.cli", "serve", "--data", str(site.data)]
    for cut in range(times + 1):
        moved = _mark(site)
        served = site.start(*serve, "--port", str(free_port()))
        try:
            seconds = _other(site, _mark, moved, f"{case}: not resumed")
            if cut:
                soak.note("power cord", seconds, case)
            if cut == times:
                site.await_(site.is_over, FINISHED_WITHIN, f"{case}: not complete")
                soak.compare(case)
            else:
                time.sleep(dice.random() * soak.total / times)
        finally:
            if cut == times:
                served.send_signal(signal.SIGTERM)
                served.wait(60)
            else:
                kill_all(site, served)


def _other(site: Site, look: Callable[[Site], Any], before: Any, words: str) -> float:
    """Until there is another value than before, or all is over; answers the seconds."""
    return site.await_(lambda: look(site) not in (None, before) or site.is_over(), 60, words)


def _runner(site: Site) -> Any:
    return site.look("select runner from job where status = 'running'")


def _start(site: Site) -> Any:
    return site.look("select pg_postmaster_start_time()")


def _mark(site: Site) -> Any:
    """Changes whenever a batch of the import is committed, or a runner takes it up."""
    return site.look(
        "select row(runner, beat_at, status)::text from job order by created_at desc limit 1"
    )


class _running:
    """A process that is over after the block: asked to stop, and killed when it does not."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def __enter__(self) -> subprocess.Popen[bytes]:
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def bombard_webhooks(
    soak: Soak, dice: random.Random, case: str, events: int = 10_000, kills: int = 20
) -> None:
    """Changes told to a receiver that fails three times in ten, by a worker that is killed."""
    site = soak.site
    with site.held():
        site.reset()
        with site.door() as door:
            rooms.install(door)
            plain = ["-m", "nimbus.cli", "work", "--data", str(site.data)]
            field = Field(
                door, load(site.data, None), site.workspace, site.client.id,
                lambda: site.start(*plain),
            )  # fmt: skip
            bombard(field, dice, case, events, kills)
    soak.figures.done["SIGKILL while webhooks are sent"] += kills


Case = Callable[[Soak, random.Random, str], None]
CASES: dict[str, Case] = {
    "a kill in each stage": kill_in_each_stage,
    "the database stopped": stop_the_database,
    "asleep past the lease": sleep_past_the_lease,
    "paused and resumed": pause_and_resume,
    "the power cord": pull_the_cord,
    "webhooks": bombard_webhooks,
}
