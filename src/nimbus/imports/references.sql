-- What of imports names a field: mappings by its id, defaults by its key.

-- name: mappings
select id, name
from field_mapping
where workspace_id = %(workspace)s
    and columns @> jsonb_build_array(jsonb_build_object('field', %(ref)s::text))
order by id

-- name: imports
select id, name
from import_job
where workspace_id = %(workspace)s and not status = any (%(over)s::text[])
    and (
        mapping @> jsonb_build_array(jsonb_build_object('field', %(ref)s::text))
        or options -> 'defaults' ? %(key)s::text
    )
order by id
