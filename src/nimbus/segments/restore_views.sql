-- Saved views going back to what they were before an operation.

-- name: is_anothers
-- Whether an operation changed a view of somebody else that is private now, or was when it was made
-- or taken away, or changed whether it is shared.
select exists (
    select from change h
    left join saved_view v on v.workspace_id = h.workspace_id and v.id = h.thing_id
    where h.workspace_id = %(workspace)s and h.operation_id = %(operation)s
        and h.thing = 'saved_view'
        and coalesce(
            v.owner_id, (h.before ->> 'owner_id')::uuid, (h.after ->> 'owner_id')::uuid
        ) is distinct from %(who)s::uuid
        and (
            not v.is_shared
            or h.kind = 'updated' and (h.before ? 'is_shared' or h.after ? 'is_shared')
            or h.kind <> 'updated' and coalesce(h.before, h.after) ->> 'is_shared' <> 'true'
        )
)
