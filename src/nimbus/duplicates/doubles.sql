-- The doubles of one contact.

-- name: pairs
select p.id, c.id as other, c.full_name, c.email
from duplicate_pair p
join contact c on c.workspace_id = %(workspace)s
    and c.id = case when p.one_id = %(id)s then p.other_id else p.one_id end
    and not c.is_deleted
where p.workspace_id = %(workspace)s and (p.one_id = %(id)s or p.other_id = %(id)s)
    and p.state = 'open'
order by p.score desc, p.id
limit 5

-- name: merges
select o.id, o.at, o.why
from operation o
where o.workspace_id = %(workspace)s and o.subject_id = %(id)s and o.kind = %(kind)s
    and not exists (
        select from operation u where u.workspace_id = %(workspace)s and u.undoes = o.id
    )
order by o.id desc
limit 5
