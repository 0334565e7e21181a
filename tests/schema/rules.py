"""Why a request that the document allows is refused all the same: rules that no JSON schema can
say. Whatever is refused without one of these is a mistake in the document, or in the refusal."""

from __future__ import annotations

import re
from dataclasses import dataclass

ANYWHERE = r".*"
# Operations whose body, or whose query, has values of the catalogue's fields.
VALUES = r"(create|change|update|upsert)_(contacts?|company|companies)|list_(contacts|companies)"
FIELDS = r"(create|change)_custom_field"
OF_COMPANY = r"(company\.)?"


@dataclass(frozen=True)
class Rule:
    """Operations by their ids, the path of the refused member or parameter, the words of the
    refusal, and why no schema can say it. All three are whole regular expressions."""

    operations: str
    field: str
    words: str
    why: str

    def allows(self, operation: str, field: str | None, message: str) -> bool:
        return all(
            re.fullmatch(pattern, text, re.DOTALL)
            for pattern, text in (
                (self.operations, operation), (self.field, field or ""), (self.words, message),
            )
        )  # fmt: skip


RULES = (
    # Of every operation
    Rule(ANYWHERE, "cursor", "This cursor does not belong to this list.*",
         "a cursor is sealed: only one that was answered before is good (D-23)"),
    Rule(ANYWHERE, "If-Match", "If-Match names a state that this was never in.*",
         "which states a thing has been in is known to the log alone (G-41)"),
    Rule(ANYWHERE, ANYWHERE, "Somebody has changed .* since you read it.*",
         "so is what was changed since: the same change sent twice comes too late (G-41)"),
    Rule(ANYWHERE, "If-Match", "Somebody has changed this since you read it.*",
         "so is which state a thing is in now"),
    Rule(ANYWHERE, "Idempotency-Key", "This Idempotency-Key was sent within 24 hours.*",
         "which keys were sent with which requests is remembered, not described (D-22)"),
    Rule(ANYWHERE, ".+", ".*(has a NUL character; leave it out|has half of a character: .*"
         "|is no number that can be kept)\\.",
         "JSON says what no database keeps; to tell so of each text would hide what else is told"),
    # Values of fields, as their types read them
    Rule(VALUES, rf"{OF_COMPANY}country", ".*is not a country; write its name or its code.*",
         "names of countries in seven languages are read, and their codes"),
    Rule(VALUES, rf"{OF_COMPANY}domain|company_domain|{OF_COMPANY}(website|linkedin_url)"
         "|linkedin_url|twitter_url", ".*is not a domain.*",
         "which suffixes a company can register under is a list that grows (S1-19)"),
    Rule(VALUES, rf"{OF_COMPANY}(website|linkedin_url)|twitter_url",
         ".*(is not a web address|A web address (starts with|must not carry|has at most)).*",
         "a URI has more forms than addresses of web pages have"),
    Rule(VALUES, rf"{OF_COMPANY}linkedin_url", ".*is not a LinkedIn (address|profile|name).*",
         "a link in many forms, or a handle alone, becomes one address (S2-11)"),
    Rule(VALUES, "twitter_url", ".*(is not an X handle|is not an address on X).*",
         "a link in many forms, or a handle alone, becomes one address (S2-11)"),
    Rule(VALUES, rf"phone|mobile|{OF_COMPANY}phone",
         ".*(it has no digit|was shortened by a spreadsheet|has at most 64 characters).*",
         "any writing of a number is taken that has a digit"),
    Rule(VALUES, "consent_date", ".*(is not a (full )?date|is outside the years|can be read in two"
         " ways|is not a day of the calendar).*", "dates are read in many forms, within 200 years"),
    Rule(VALUES, "time_zone", ".*is not a time zone; write it like Europe/Berlin.*",
         "names of zones of several systems are read, whatever their case"),
    Rule(VALUES, rf"{OF_COMPANY}revenue_band", ".*(is not a revenue|A revenue cannot be).*",
         "an amount is read in many forms and becomes a band (S3-12)"),
    Rule(VALUES, rf"{OF_COMPANY}employee_count", ".*(is not a whole number|is not between).*",
         "a number is read from ranges and words as well"),
    Rule(VALUES, "department|seniority|role|status|consent_(status|type)|gdpr_basis"
         "|verification_status", ".*is not one of the allowed values.*",
         "a slug, its label and other words for it are read, whatever their case"),
    Rule(VALUES, r"[a-z_.]+",
         ".*(characters are too many; at most|A name has at most|At most [0-9,]"
         "+ characters fit|is too long; at most).*",
         "a limit holds for what is left without white space and signs that do not print"),
    Rule("(create|update|upsert)_contact|correct_contact_email|create_invitation", "email",
         ANYWHERE,
         "the format of JSON Schema takes addresses to which nothing can be sent (D-18)"),
    Rule(r"(create|update|upsert)_contact", r"custom_fields(\..*)?",
         ".*custom field.*|There is no field .*",
         "which fields a workspace has is its own affair"),
    Rule("create_(client|key)", "name",
         "The name of the .* contains characters that cannot be shown.|Give the .* a name.",
         "signs that no font has are told by the tables of Unicode"),
    Rule("list_contacts", "is_deleted", ".*is neither yes nor no.",
         "yes and no are read in several languages"),
    Rule("upsert_contact", "email|external_id", ".*is required: contacts are matched by it.",
         "which of the two is needed is said by a parameter beside the body (F-24)"),
    Rule("list_(contacts|companies)", "tag|domain|industry|country|is_deleted",
         "A value is needed.*",
         "what is blank once it is read like a cell asks for nothing"),
    Rule("list_(contacts|companies)", "search", "“search” is blank.*",
         "white space alone is as blank as nothing"),
    # What is named in a body, and may not be there
    Rule("merge_contacts", r"survivor|sources(\[\d+\])?|choices(\..*)?", ANYWHERE,
         "which contacts and fields there are is the workspace's own affair (G-18)"),
    Rule("create_export", r"columns(\[\d+\])?", "There is no field .*|.*is there twice.*",
         "which fields a workspace has is its own affair"),
    Rule("begin_bulk", r"options(\..*)?|contact_ids(\[\d+\])?", ANYWHERE,
         "what an action has to be told follows from the action, and what there is to name"),
    Rule("begin_bulk|create_export", r"contact_ids(\[\d+\])?|filter|search|is_deleted",
         "Name contacts, or say .*not both.|There is no such contact .*",
         "two ways to say which are meant, of which one is to be sent; and which there are"),
    Rule("begin_bulk", "expected_count",
         "Nothing says which are meant, so this is about every contact: .*",
         "it is needed where nothing else says which are meant"),
    # Members that depend on one another, and on what is there
    Rule(r"(create|upsert)_contact", r"(company\.)?company_domain|company\.domain",
         ".*is there twice: as company_domain and as company.domain.*",
         "two ways to write one thing, of which one is to be sent"),
    Rule("update_contact", "company_id", "Name the company by its domain or by its id.*",
         "two ways to name one thing, of which one is to be sent"),
    Rule("(create|change)_company", "name", "A company needs a domain or a name.",
         "either of the two will do, and what is blank once it is read does not count"),
    Rule(ANYWHERE, r"(options\.)?((client|owner|company)_id|data\[\d+\]\.id)",
         "There is no such (client|person|company|rule).*",
         "an id of the right form may be of nobody"),
    Rule("list_contacts", "segment_id|import", "There is no (segment|import) .*",
         "a filter that asks for one by an id of the right form, which may be of nothing"),
    Rule("list_contacts|search_contacts|(create|change)_saved_view", "search",
         "Search for 8 words.*",
         "what a word is follows from how names, numbers and addresses are searched (S3-20)"),
    Rule("list_contacts", "icp_tier|grade", ".*(is not one of the allowed values|at least one"
         "|A value is needed|a character that cannot be stored|is too long).*",
         "letters are read whatever their case and accents"),
    Rule("list_contacts", "tag", ".*a character that cannot be stored.*|.*is too long.*",
         "a filter: any other `field=` of the query is read in the same way"),
    Rule("update_contact", "consent_source", "This loosens a consent.*",
         "what loosens a consent depends on the one that is there"),
    Rule("update_contact", "client_id", "client_id only says for whom .*",
         "whether a contact has a client depends on the one that is there"),
    Rule("list_field_history", "field", "There is no field .*|.* has no history.",
         "which fields there are is read from the catalogue"),
    Rule("replace_required_fields", r"fields\[\d+\]",
         "There is no field .*|.* cannot be required.*",
         "which fields there are is read from the catalogue"),
    Rule(VALUES, ANYWHERE, ".* is required(: this workspace wants| in this workspace).*",
         "which fields are required is up to the workspace (S4-06)"),
    Rule("create_tag", "name",
         "There is a tag .* already.|Name (one|the) tag.*|.*is too long.*",
         "a name is read like a tag in a cell, and which there are is up to people"),
    Rule("rename_tag", "from", "Nobody has the tag .*", "which tags there are is up to people"),
    Rule("rename_tag", "from|to", "This is its name already.|Name (one|the) tag.*|.*is too long.*",
         "the two are compared once they are read like tags in a cell"),
    Rule(r"create_suppression(s|_domains)", r"(emails|domains)\[\d+\]", "Not one of these is .*",
         "each line is read by itself, and one that can be read is enough"),
    Rule("change_field_mapping", "name", "A name of at most .* characters is needed.",
         "what is blank once it is read like a cell is no name"),
    Rule("delete_suppression(_domain)?", "why", ".*a reason that is not ours to forget.*",
         "which lines stand there for somebody's own will is known to the list (G-02)"),
    Rule("create_segment", "filter", "A (dynamic segment needs a filter|static list has no).*",
         "one kind is made of a filter and the other has none"),
    Rule("change_segment_members", "add", "Name contacts to add or to remove.",
         "either of the two will do"),
    Rule("change_segment_members", "add|remove", "Name at most 10,000 contacts at once.",
         "so many in all, of those to add and those to remove"),
    Rule("change_segment_members", r"remove\[\d+\]", "This contact is to be added as well.",
         "a comparison of members with one another"),
    Rule(ANYWHERE, r"(filter|filters\[\d+\]|(data|rules)\[\d+\]\.filter)([.\[].*)?", ANYWHERE,
         "which fields there are, and what can be asked of each, is read from the catalogue"),
    Rule("search_contacts", r"sort\[\d+\]\.field", ANYWHERE,
         "which fields there are, and which have an order, is read from the catalogue"),
    Rule(r"(create|change)_saved_view", r"columns.*", ANYWHERE,
         "which fields there are is read from the catalogue"),
    Rule(FIELDS, "name", ".*is the name of a standard field; choose another.",
         "the names of the catalogue are taken"),
    Rule(FIELDS, "display_label", "A label has 1 to 100 characters.",
         "what is left of a text without white space and signs that do not print"),
    Rule(FIELDS, r"options(\[\d+\])?", "Name 1 to 200 options.|Only dropdown and multi_select.*"
         "|An option .*|The option .* is there twice.", "options belong to two of the six types"),
    Rule(FIELDS, "fallback_value", "The fallback does not fit the field.*",
         "the fallback is a value of the field's own type"),
    Rule("change_custom_field", r"rename_options(\..*)?", ANYWHERE,
         "which options a field has is a workspace's own affair"),
    Rule("(replace|preview)_scoring_model", "thresholds", "Each threshold must be lower than.*",
         "a comparison of members with one another"),
    Rule("(replace|preview)_scoring_model", "weights", ".*100.*", "a sum of members (S0-53)"),
    Rule("(replace|preview)_scoring_model", r"rules\[\d+\](\..*)?", ANYWHERE,
         "a rule asks a filter or counts events, and its number is the one that it has"),
    Rule("delete_icp_tier_rules|delete_scoring_model", "client_id", "Only a client's own.*",
         "outside of agency mode there is no client to name"),
    Rule("(create|update)_webhook", "url", "Events cannot be sent there.*",
         "which addresses a name has is asked of the network (G-39)"),
    Rule(ANYWHERE, ".+", ".*The time must be in the years.*|.*This time is beyond the calendar.*",
         "JSON Schema knows no earliest and no latest time"),
    Rule("log_call", "at", "This is in the future.*", "it is compared with the clock"),
    Rule("replay_webhook", "event_id", "No such event went to this webhook.",
         "an id of the right form may be of nothing"),
    Rule("replay_webhook", "since", "Name an event, or from when on.*", "any of the three will do"),
    # Files and their columns
    Rule("create_import", "file", ANYWHERE, "the file is looked into: it is to be a table (S1-05)"),
    Rule("create_import", r"(mapping|defaults)(\..*)?", ANYWHERE,
         "JSON within a text of a form, of fields that are in the catalogue"),
    Rule("create_import", "encoding", "There is no encoding of text .*",
         "hundreds of names of encodings are known"),
    Rule("create_import", "delimiter", ".*is no delimiter that can be read.*",
         "a delimiter is given by its sign or by its name"),
    Rule("(create|change)_field_mapping|map_import", r"(mapping|columns)([.\[].*)?", ANYWHERE,
         "each header is there once, and goes to a field that is in the catalogue"),
)  # fmt: skip
