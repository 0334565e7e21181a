-- What is kept of personalization, by contact; see offered.py.

-- name: status
select contact_id as key, status as value from personalization where workspace_id = %(workspace)s

-- name: lines
-- In one text, each line after its name.
select p.contact_id as key, (
    select string_agg(l.key || ': ' || l.value, E'\n' order by l.key)
    from jsonb_each_text(p.lines) as l
) as value
from personalization p
where p.workspace_id = %(workspace)s

-- name: source
select contact_id as key, source as value from personalization where workspace_id = %(workspace)s
