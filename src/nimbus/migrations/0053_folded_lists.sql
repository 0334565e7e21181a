-- Lists of texts are compared without case, as texts are: "AWS" and "aws" are one technology. The
-- entries as they are compared; never inlined, so that the planner knows the index's expression.
create function folded(texts text[]) returns text[]
language sql immutable strict parallel safe as $$
    select coalesce(array_agg(lower(one)), '{}') from unnest(texts) as one
$$;

-- Of 1,000,000 contacts at 300,000 companies a page of those with one technology takes 0.07 s by it,
-- and over a second without. Made in the migration's transaction (0048): some two seconds.
-- squawk-ignore require-concurrent-index-creation
create index company_tech_stack on company using gin (workspace_id, folded(tech_stack));

-- What `company_tech_stack` knows of its expression is counted by this alone, not by an analyze
-- that names columns.
analyze company;
