-- Another name of a person, by themselves: who belongs to the bound workspace. Answers the one before.
create function rename_person(person uuid, called text) returns text
language sql volatile security definer set search_path = public, pg_temp as $$
    update app_user set name = called
    where id = person and exists (
        select from membership m where m.workspace_id = current_ws() and m.user_id = person
    )
    returning old.name
$$;
