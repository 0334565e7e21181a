-- What the list of suppressed emails is asked for and few of a million are: each such page looked at
-- everybody and took 0.2 to 0.5 s. A part of an email or domain is found by its trigrams, as words
-- are (0022); a source, a reason and a day by themselves. What many match is found by walking the
-- list from its newest end, as before.
-- Made in the migration's transaction (0047): some 20 seconds for a million lines.
-- squawk-ignore require-concurrent-index-creation
create index suppression_part on suppression using gin (workspace_id, email gin_trgm_ops);

-- squawk-ignore require-concurrent-index-creation
create index suppression_source on suppression (workspace_id, source, id);

-- squawk-ignore require-concurrent-index-creation
create index suppression_reason on suppression (workspace_id, reason, id);

-- squawk-ignore require-concurrent-index-creation
create index suppression_since on suppression (workspace_id, created_at);

-- squawk-ignore require-concurrent-index-creation
create index suppression_domain_part on suppression_domain
    using gin (workspace_id, domain gin_trgm_ops);
