"""The one list of what the rooms offer each other; the only place where they meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nimbus import files as _files  # noqa: F401 - the nameless ones register their tasks
from nimbus import navigation
from nimbus.accounts import restore as people
from nimbus.accounts import told as people_told
from nimbus.accounts.create import Starter
from nimbus.bulk import jobs as _bulk_jobs  # noqa: F401
from nimbus.bulk.bulk import KIND as BULK
from nimbus.bulk.bulk import undoable
from nimbus.bulk.card import ACTIONS
from nimbus.bulk.elsewhere import ENROLL, EXPORT
from nimbus.bulk.steps import steps as bulk_steps
from nimbus.bulk.write import erase as erase_bulk
from nimbus.companies import restore as companies
from nimbus.companies import told as company_told
from nimbus.companies.palette import COMPANIES
from nimbus.contacts import bulk as contact_actions
from nimbus.contacts import expand, panels, restore
from nimbus.contacts import jobs as _contacts_jobs  # noqa: F401
from nimbus.contacts import offered as contacts
from nimbus.contacts import references as contact_references
from nimbus.contacts import told as contact_told
from nimbus.contacts.answers import erase as erase_answers
from nimbus.contacts.assignment import priority as priorities
from nimbus.contacts.listing import views as contact_views
from nimbus.contacts.palette import PEOPLE
from nimbus.contacts.tags import kept as tag_kept
from nimbus.contacts.tags import undo as tag_undo
from nimbus.contacts.vocabulary import erase as erase_words
from nimbus.contacts.writing import values
from nimbus.db.door import Door
from nimbus.duplicates import follow as duplicates
from nimbus.duplicates import jobs as _duplicates_jobs  # noqa: F401
from nimbus.duplicates import merge, unmerge
from nimbus.duplicates import restore as pairs
from nimbus.duplicates import scan as _duplicates_scan  # noqa: F401
from nimbus.duplicates.card import DUPLICATES
from nimbus.duplicates.doubles import doubles_panel
from nimbus.duplicates.keep import erase as erase_pairs
from nimbus.engagement import absorb as engagement_absorb
from nimbus.engagement import mentions, take_back
from nimbus.engagement import offered as engagement
from nimbus.engagement import references as engagement_references
from nimbus.engagement import restore as engagement_restore
from nimbus.engagement import told as engagement_told
from nimbus.engagement.card import TASKS
from nimbus.engagement.erase import erase as erase_engagement
from nimbus.engagement.printed import printed as engagement_printed
from nimbus.engagement.timeline import TAB as TIMELINE
from nimbus.enrichment import offered as enrichment
from nimbus.enrichment import personalization
from nimbus.enrichment import told as enrichment_told
from nimbus.enrichment.bulk import ENRICH
from nimbus.enrichment.research import TAB as RESEARCH
from nimbus.enrichment.research import printed as enrichment_printed
from nimbus.exports import write as exports
from nimbus.fields import held, required
from nimbus.fields import read as fields
from nimbus.fields import undo as field_undo
from nimbus.home import cards as home_cards
from nimbus.home import count as home
from nimbus.home import palette as home_palette
from nimbus.imports import announce, rollback, saved_mappings
from nimbus.imports import offered as imports
from nimbus.imports import references as import_references
from nimbus.imports import task as _imports_task  # noqa: F401
from nimbus.imports.card import IMPORTS
from nimbus.imports.erase import erase as erase_imports
from nimbus.imports.palette import IMPORTS as IMPORTS_FOUND
from nimbus.jobs import steps
from nimbus.jobs.heal import install as heal_also
from nimbus.operations import absorbing, erasing, references, rename, things, undo, undoing
from nimbus.operations import bulk as bulk_actions
from nimbus.operations import sealing as _sealing  # noqa: F401
from nimbus.operations.steps import steps as undo_steps
from nimbus.operations.undoing import Undoable
from nimbus.scoring import jobs as _scoring_jobs  # noqa: F401
from nimbus.scoring import references as scoring_references
from nimbus.scoring import rescore
from nimbus.scoring.bulk import SCORE
from nimbus.scoring.panel import score_reasons, tier_reason, verdict_panel
from nimbus.scoring.start import give_defaults
from nimbus.segments import absorb as list_absorb
from nimbus.segments import bulk as list_actions
from nimbus.segments import field as segment_field
from nimbus.segments import jobs as _segments_jobs  # noqa: F401
from nimbus.segments import read_views
from nimbus.segments import references as segment_references
from nimbus.segments import restore as list_restore
from nimbus.segments import restore_segments as segment_restore
from nimbus.segments import restore_views as view_restore
from nimbus.segments import told as list_told
from nimbus.segments.palette import SEGMENTS
from nimbus.segments.panel import TAB as SEGMENTS_OF
from nimbus.segments.panel import segments_panel
from nimbus.segments.selection import erase as erase_selections
from nimbus.segments.write_members import erase as erase_members
from nimbus.suppression import restore as suppression_restore
from nimbus.suppression import told as suppression_told
from nimbus.suppression.bulk import SUPPRESS
from nimbus.suppression.file_run import erase as erase_list_files
from nimbus.web import cards, news, palette
from nimbus.webhooks import jobs as webhook_jobs
from nimbus.webhooks import outbox
from nimbus.webhooks import references as webhook_references
from nimbus.webhooks.events import erase as erase_events

if TYPE_CHECKING:
    from fastapi import APIRouter


# What may be undone by its operation alone, by its kind.
UNDOABLE = {
    "contact.create": Undoable("adding a contact", "contacts:write"),
    "contact.upsert": Undoable(
        "adding a contact", "contacts:write", refuse=restore.refuse_loosening
    ),
    "contact.bulk_create": Undoable(
        "adding contacts", "contacts:write", refuse=restore.refuse_loosening
    ),
    "contact.update": Undoable(
        "an edit", "contacts:write", refuse=restore.refuse_loosening, suffices=restore.of_consent
    ),
    "contact.correct_email": Undoable(
        "the correction of an email", "admin:gdpr", suffices=restore.of_correction
    ),
    "contact.delete": Undoable("a deletion", "contacts:write"),
    "contact.restore": Undoable("a restoration", "contacts:write"),
    "assignment.release": Undoable("a release", "contacts:write"),
    "assignment.renew": Undoable("a renewal", "contacts:write"),
    "assignment.transfer": Undoable("a transfer", "assignments:write"),
    merge.KIND: Undoable(
        "a merge",
        "contacts:write",
        merge.DAYS,
        once=True,
        whole=True,
        refuse=unmerge.refuse_parting,
    ),
    "company.create": Undoable("adding a company", "contacts:write"),
    "company.bulk_create": Undoable("adding companies", "contacts:write"),
    "company.change": Undoable("an edit of a company", "contacts:write"),
    "company.delete": Undoable("the deletion of a company", "contacts:write"),
    saved_mappings.RENAME: Undoable("another name of a mapping", "imports:write"),
    saved_mappings.CHANGE: Undoable("an edit of a mapping", "imports:write"),
    saved_mappings.DELETE: Undoable("the deletion of a mapping", "imports:write"),
    **engagement_restore.UNDOABLE,
    **take_back.UNDOABLE,
    **personalization.UNDOABLE,
    **tag_undo.UNDOABLE,
    **field_undo.UNDOABLE,
    "segment.create": Undoable("adding a segment", "segments:write"),
    "segment.change": Undoable("an edit of a segment", "segments:write"),
    "segment.delete": Undoable("the deletion of a segment", "segments:write"),
    **view_restore.UNDOABLE,
    "segment.members": Undoable("a change of a list", "segments:write"),
    **people.UNDOABLE,
}


def install(door: Door) -> None:
    """Give the door its followers and what requests read ahead, and every undo its steps.
    Importing this module has loaded every room's tasks."""
    # The outbox comes last: it also tells of what the others changed.
    door.followers[:] = [rescore.follow, duplicates.follow, home.follow, outbox.follow]
    door.ahead[:] = [fields.OWN]
    fields.install((contacts.offer(), segment_field.OFFER, engagement.offer(), imports.offer(),
                    enrichment.OFFER))  # fmt: skip
    references.install((
        contact_references.find, scoring_references.find, import_references.find,
        segment_references.references, webhook_references.references,
        engagement_references.find, required.references,
    ))  # fmt: skip
    rename.install(
        (scoring_references.rewrite, segment_references.rewrite, webhook_references.rewrite,
         required.rewrite)
    )  # fmt: skip
    held.install(values.HOLDER)
    erasing.install((
        # Exports ask the selections that are erased next.
        exports.erase,
        erase_imports, erase_members, erase_words, erase_engagement, erase_events, erase_answers,
        erase_selections, erase_bulk, erase_pairs, personalization.erase, erase_list_files,
    ))  # fmt: skip
    outbox.install((announce.announce,))
    heal_also((webhook_jobs.heal, duplicates.look_at_due.go_on, home.count_due.go_on))
    steps.install({BULK: bulk_steps, undoing.KIND: undo_steps})
    expand.install(score_reasons, tier_reason)
    contact_views.install(read_views.offered)
    panels.install(
        {"verdict": (verdict_panel,), "side": (doubles_panel,),
         "print": (segments_panel, engagement_printed, enrichment_printed)},
        (TIMELINE, SEGMENTS_OF, RESEARCH),
    )  # fmt: skip
    cards.install((
        home_cards.CONTACTS, IMPORTS, TASKS, DUPLICATES, home_cards.TIER_CARD,
        home_cards.GRADE_CARD, home_cards.SCORE_CARD, home_cards.SOURCE_CARD, ACTIONS,
    ))  # fmt: skip
    news.install(mentions.has_unread)
    palette.install(
        (PEOPLE, COMPANIES, SEGMENTS, IMPORTS_FOUND, *home_palette.sources(navigation.places))
    )
    things.install({
        "contact": contact_told.SHOWN, "assignment": priorities.SHOWN,
        "company": company_told.SHOWN, **tag_kept.SHOWN, **field_undo.SHOWN,
        **list_told.SHOWN, **suppression_told.SHOWN,
        **pairs.SHOWN, **saved_mappings.SHOWN, **engagement_told.SHOWN, **enrichment_told.SHOWN,
        **people_told.SHOWN,
    })  # fmt: skip
    absorbing.install((engagement_absorb.ABSORBER, list_absorb.ABSORBER, personalization.ABSORBER))
    undo.install(
        (
            companies.FIRST, field_undo.STEP,
            restore.STEP, tag_undo.STEP, priorities.STEP, *engagement_absorb.STEPS,
            take_back.STEP,
            personalization.STEP,
            segment_restore.FIRST, list_restore.STEP, segment_restore.LAST,
            view_restore.STEP,
            *suppression_restore.STEPS, companies.LAST, rollback.STEP, pairs.STEP,
            saved_mappings.STEP, *people.STEPS,
        ),
        {merge.KIND: unmerge.hold_to_refusals},
    )  # fmt: skip
    bulk_actions.install((
        *contact_actions.ACTIONS, *list_actions.ACTIONS, SCORE, contact_actions.RELEASE, ENRICH,
        ENROLL, EXPORT, SUPPRESS, contact_actions.DELETE,
    ))  # fmt: skip
    undoing.install(UNDOABLE | undoable() | pairs.UNDOABLE)


def routers() -> list[APIRouter]:
    """Every room's pages and API. Only the web process needs them: a worker that is started again
    after a crash is at work a second sooner without."""
    from nimbus.accounts import routes as accounts
    from nimbus.audit import routes as audit
    from nimbus.bulk import routes as bulk
    from nimbus.contacts import routes as contacts
    from nimbus.duplicates import routes as duplicates_routes
    from nimbus.engagement import routes as engagement_routes
    from nimbus.enrichment import routes as enrichment_routes
    from nimbus.exports import routes as export_routes
    from nimbus.fields import routes as field_routes
    from nimbus.filters import routes as filters
    from nimbus.home import routes as home_routes
    from nimbus.imports import routes as imports
    from nimbus.intake import routes as intake
    from nimbus.jobs import routes as jobs
    from nimbus.operations import routes as operations
    from nimbus.scoring import routes as scoring
    from nimbus.segments import routes as segments
    from nimbus.suppression import routes as suppression
    from nimbus.usage import routes as usage_routes
    from nimbus.web import docs
    from nimbus.webhooks import routes as webhook_routes

    # Contacts come last: neither `/contacts/import` nor `/contacts/new` is the id of a contact.
    return [
        *accounts.ROUTERS, *home_routes.ROUTERS, *audit.ROUTERS, *jobs.ROUTERS, *operations.ROUTERS,
        *usage_routes.ROUTERS, *field_routes.ROUTERS,
        *filters.ROUTERS, *suppression.ROUTERS, *scoring.ROUTERS, *segments.ROUTERS,
        *bulk.ROUTERS, *export_routes.ROUTERS,
        *imports.ROUTERS, *intake.ROUTERS, *engagement_routes.ROUTERS,
        *enrichment_routes.ROUTERS, *webhook_routes.ROUTERS,
        *duplicates_routes.ROUTERS, *contacts.ROUTERS, docs.router,
    ]  # fmt: skip


def starters() -> tuple[Starter, ...]:
    """What every new workspace begins with."""
    return (give_defaults,)
