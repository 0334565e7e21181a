-- Ranges over custom numbers and dates, parts of titles, and the order of creation are served by
-- indexes (decision 0021).

-- A number's place among all numbers: its sign, magnitude and first three digits. A greater number
-- never has a smaller place; whoever asks for a range looks at the values themselves after it.
create function number_place(number numeric) returns integer
language sql immutable strict parallel safe as $$
    select sign(number)::integer * case when digits = '0' then 0 else
        length(digits) * 1000 + rpad(left(digits, 3), 3, '0')::integer end
    from (select trunc(least(abs(number), 1e15) * 1000)::text as digits) as counted
$$;

-- A day's place among all days: its distance from the year 2000 where months have 31 days, so that
-- whatever looks like a date has one.
create function day_place(day text) returns integer
language sql immutable strict parallel safe as $$
    select greatest(-30000, least(30000,
        (left(day, 4)::integer - 2000) * 372 + substr(day, 6, 2)::integer * 31
            + substr(day, 9, 2)::integer
    ))
$$;

-- The marks of a place of a field: itself, and the ever larger stretches of eight, 64, 512 and 4096
-- places that it lies in. The field is told by the end of its id, which is random.
create function place_mark(field text, level integer, node integer) returns bigint
language sql immutable strict parallel safe as $$
    select ('x' || right(field, 8))::bit(32)::integer * 4294967296
        + level * 268435456::bigint + node + 134217728
$$;

-- The marks of all numbers and dates of a contact, by its `custom`; null when it has none.
create function custom_marks(custom jsonb) returns bigint[]
language sql immutable strict parallel safe as $$
    select array_agg(public.place_mark(placed.field, level, placed.place >> 3 * level))
    from (
        select held.key as field, case jsonb_typeof(held.value)
            when 'number' then public.number_place((held.value)::numeric)
            when 'string' then case
                when held.value #>> '{}' ~ '^\d{4}-\d\d-\d\d$'
                then public.day_place(held.value #>> '{}') end
            end as place
        from jsonb_each(custom) as held
        where held.key ~ '[0-9a-f]{8}$'
    ) as placed
    cross join generate_series(0, 4) as level
    where placed.place is not null
$$;

-- Few marks of which every place from `low` to `high` has one, and no other place has any. A bound
-- that is null is none.
create function range_marks(field text, low integer, high integer) returns bigint[]
language plpgsql immutable parallel safe as $$
declare
    node integer := coalesce(low, -32768);
    after integer := coalesce(high, 32767) + 1;
    found bigint[] := '{}';
begin
    for level in 0..4 loop
        while node < after and (level = 4 or node & 7 <> 0) loop
            found := found || public.place_mark(field, level, node);
            node := node + 1;
        end loop;
        while node < after and after & 7 <> 0 loop
            after := after - 1;
            found := found || public.place_mark(field, level, after);
        end loop;
        node := node >> 3;
        after := after >> 3;
    end loop;
    return found;
end
$$;

-- The table is written anew once, while nothing else runs: a migration is part of the start.
-- squawk-ignore adding-field-with-default
alter table contact add column marks bigint[] generated always as (
    case when custom <> '{}' then custom_marks(custom) end
) stored;

-- Contacts without custom numbers and dates are not in it.
-- squawk-ignore require-concurrent-index-creation
create index contact_marks on contact using gin (marks) where marks is not null;

-- squawk-ignore require-concurrent-index-creation
create index contact_title on contact using gin (title gin_trgm_ops);

-- squawk-ignore require-concurrent-index-creation
create index contact_created on contact (workspace_id, created_at, id);
